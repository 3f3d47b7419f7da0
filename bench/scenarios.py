"""What is run: pipelines of services that do nothing."""

from dataclasses import dataclass
from typing import Any

SERVICE = "noop"
SIDE_BY_SIDE = 16  # frames of a loop open at once, as the engine does by default


@dataclass(frozen=True)
class Scenario:
    """A pipeline, and how it is run: `tasks` a round, `at_once` of them under way."""

    title: str
    route: str
    tasks: int
    at_once: int
    rounds: int

    @property
    def calls(self) -> int:
        """How many services a task calls."""
        return int(self.route.split("-")[1])

    @property
    def loops(self) -> bool:
        return self.route.startswith("loop")

    @property
    def data(self) -> dict[str, Any]:
        """What every task starts with."""
        return {"items": list(range(self.calls))} if self.loops else {"value": 1}

    @property
    def document(self) -> dict[str, Any]:
        """The pipeline."""
        shape, count, _ = self.route.split("-")
        nodes = {"row": _row, "parallel": _parallel, "loop": _loop}[shape](int(count))
        api = {"route": self.route, "summary": self.title, "body": self.data}
        if self.loops:
            api["body"] = {"items": [0]}
        start = {"id": "start", "type": "entry", "api": api}
        return {"type": "pipeline", "nodes": [start | nodes[0], *nodes[1:]]}


def _call(id_: str, next_: str) -> dict[str, Any]:
    return {"id": id_, "type": "service", "service": SERVICE, "next": [next_]}


END = {"id": "result", "type": "end"}


def _row(count: int) -> list[dict[str, Any]]:
    ids = [f"call{index}" for index in range(count)]
    calls = [_call(*pair) for pair in zip(ids, [*ids[1:], "result"], strict=True)]
    return [{"next": ids[:1]}, *calls, END]


def _parallel(count: int) -> list[dict[str, Any]]:
    ids = [f"call{index}" for index in range(count)]
    return [{"next": ids}, *(_call(id_, "result") for id_ in ids), END]


def _loop(count: int) -> list[dict[str, Any]]:
    loop = {
        "id": "each",
        "type": "loop",
        "items": "start.out.items",
        "nodes": [_call("work", "loopEnd")],
        "collect": {"value": "work.out.value"},
        "concurrency": SIDE_BY_SIDE,
        "next": ["result"],
    }
    return [{"next": ["each"]}, loop, END]


ONE = Scenario("1 call", "row-1-1", 300, 16, 5)
THREE = Scenario("3 calls in a row", "row-3-1", 200, 16, 5)
TWENTY = Scenario("20 parallel calls", "parallel-20-20", 40, 4, 5)
HUNDRED = Scenario("loop over 100", f"loop-100-{SIDE_BY_SIDE}", 6, 1, 5)
THOUSANDS = Scenario("loop over 10,000", f"loop-10000-{SIDE_BY_SIDE}", 1, 1, 2)

WHOLE = (ONE, THREE, TWENTY, HUNDRED, THOUSANDS)
CROWD = (  # enough under way to keep two replicas busy
    Scenario("1 call", "row-1-1", 400, 64, 5),
    Scenario("3 calls in a row", "row-3-1", 300, 64, 5),
    Scenario("20 parallel calls", "parallel-20-20", 40, 8, 5),
    Scenario("loop over 100", f"loop-100-{SIDE_BY_SIDE}", 12, 4, 4),
)
QUICK = (
    Scenario("1 call", "row-1-1", 100, 16, 2),
    Scenario("3 calls in a row", "row-3-1", 100, 16, 3),
    Scenario("20 parallel calls", "parallel-20-20", 15, 4, 2),
    Scenario("loop over 100", f"loop-100-{SIDE_BY_SIDE}", 3, 1, 2),
    Scenario("loop over 1,000", f"loop-1000-{SIDE_BY_SIDE}", 1, 1, 1),
)
