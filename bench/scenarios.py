"""What is run: pipelines of services, and of interfaces, that do nothing."""

from dataclasses import dataclass, replace
from typing import Any

SERVICE = "noop"

SIDE_BY_SIDE = 16
"""Frames of a loop that are open at once, as the engine does by default."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A pipeline, and how it is run: `tasks` a round, `at_once` of them under way."""

    title: str
    route: str
    tasks: int
    at_once: int
    rounds: int

    @property
    def calls(self) -> int:
        """How many calls a task makes."""
        return int(self.route.split("-")[1])

    @property
    def loops(self) -> bool:
        return self.route.startswith("loop")

    @property
    def data(self) -> dict[str, Any]:
        """What every task starts with."""
        return {"items": list(range(self.calls))} if self.loops else {"value": 1}

    def document(self, interface: str) -> dict[str, Any]:
        """The pipeline; `http` nodes ask this interface."""
        shape = self.route.split("-")[0]
        nodes = self._nodes(shape, interface)

        body = {"items": [0]} if self.loops else self.data
        api = {"route": self.route, "summary": self.title, "body": body}
        start = {"id": "start", "type": "entry", "api": api}
        return {"type": "pipeline", "nodes": [start | nodes[0], *nodes[1:]]}

    def _nodes(self, shape: str, interface: str) -> list[dict[str, Any]]:
        """The nodes; the first has only what the entry adds to its own fields."""
        match shape:
            case "row":
                return _row(self.calls, {"type": "service", "service": SERVICE})
            case "http":
                return _row(self.calls, {"type": "http", "url": interface})
            case "parallel":
                return _parallel(self.calls)
            case "loop":
                return _loop()
        raise ValueError(f"there is no shape “{shape}”")


CALL = {"type": "service", "service": SERVICE}
END = {"id": "result", "type": "end"}


def _row(count: int, call: dict[str, Any]) -> list[dict[str, Any]]:
    ids = [f"call{index}" for index in range(count)]
    following = [*ids[1:], "result"]
    calls = [
        {"id": id_, **call, "next": [next_]}
        for id_, next_ in zip(ids, following, strict=True)
    ]
    return [{"next": ids[:1]}, *calls, END]


def _parallel(count: int) -> list[dict[str, Any]]:
    ids = [f"call{index}" for index in range(count)]
    calls = [{"id": id_, **CALL, "next": ["result"]} for id_ in ids]
    return [{"next": ids}, *calls, END]


def _loop() -> list[dict[str, Any]]:
    loop = {
        "id": "each",
        "type": "loop",
        "items": "start.out.items",
        "nodes": [{"id": "work", **CALL, "next": ["loopEnd"]}],
        "collect": {"value": "work.out.value"},
        "concurrency": SIDE_BY_SIDE,
        "next": ["result"],
    }
    return [{"next": ["each"]}, loop, END]


def _scenario(route: str, tasks: int, at_once: int, rounds: int) -> Scenario:
    shape, count, _ = route.split("-")
    titles = {
        "row": "1 call" if count == "1" else f"{count} calls in a row",
        "http": f"{count} http nodes in a row",
        "parallel": f"{count} parallel calls",
        "loop": f"loop over {int(count):,}",
    }
    return Scenario(
        title=titles[shape], route=route, tasks=tasks, at_once=at_once, rounds=rounds
    )


LOOP_100 = f"loop-100-{SIDE_BY_SIDE}"
LOOP_1000 = f"loop-1000-{SIDE_BY_SIDE}"
LOOP_10000 = f"loop-10000-{SIDE_BY_SIDE}"

THREE = _scenario("row-3-1", 200, 16, 5)
THREE_HTTP = _scenario("http-3-1", 200, 16, 5)

WHOLE = (
    _scenario("row-1-1", 300, 16, 5),
    THREE,
    THREE_HTTP,
    _scenario("parallel-20-20", 40, 4, 5),
    _scenario(LOOP_100, 6, 1, 5),
    _scenario(LOOP_10000, 1, 1, 2),
)

# Enough tasks under way to keep two replicas busy.
CROWD = (
    _scenario("row-1-1", 400, 64, 5),
    _scenario("row-3-1", 300, 64, 5),
    _scenario("parallel-20-20", 40, 8, 5),
    _scenario(LOOP_100, 12, 4, 4),
)

QUICK = (
    _scenario("row-1-1", 100, 16, 2),
    _scenario("row-3-1", 100, 16, 3),
    _scenario("http-3-1", 100, 16, 3),
    _scenario("parallel-20-20", 15, 4, 2),
    _scenario(LOOP_100, 3, 1, 2),
    _scenario(LOOP_1000, 1, 1, 1),
)

# The engine beside itself, where hundredths count: many short rounds. A process differs
# from the next one by several hundredths, however long it is measured, so all of them
# are started several times.
STARTS = 5
VERSIONS = (
    _scenario("row-1-1", 100, 16, 3),
    _scenario("row-3-1", 100, 16, 3),
    _scenario("http-3-1", 100, 16, 3),
)

# A token may cost three hundredths at most. In longer rounds than those of versions:
# what the engines do now and then differs too, such as reading the token again.
TOKENS = (
    replace(VERSIONS[0], title="1 call, accounts", tasks=500),
    replace(VERSIONS[1], title="3 calls in a row, accounts", tasks=300),
)
TRACES = (
    replace(VERSIONS[0], title="1 call, traces", tasks=500),
    replace(VERSIONS[1], title="3 calls in a row, traces", tasks=300),
)

PEERS = (_scenario("http-3-1", 300, 16, 7),)
