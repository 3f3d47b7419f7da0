"""What one answer shows of a task, however much there is."""

import orjson
from documents import end, loop, node, starting_with
from engine.domain.frame import Frame
from engine.domain.run import Run
from engine.domain.values import Json, Large
from engine.usecases.shown import (
    MAX_SHOWN_BYTES,
    MAX_SHOWN_VALUE_BYTES,
    SHOWN_RUN_BYTES,
    Budget,
)
from msgspec.structs import replace
from playground import Playground

from .test_frames import FRAME

COPY = node("copy", input={"text": "start.out.text", "item": "node._loop"})
LOOP = starting_with(loop("each", [COPY], "done", items="start.out.list"), end("done"))


def shown(budget: Budget, *values: Json) -> list[Json]:
    runs = {str(at): Run(out=value) for at, value in enumerate(values)}
    return [run.out for run in budget.cut(with_runs(runs)).runs.values()]


def with_runs(runs: dict[str, Run]) -> Frame:
    return replace(FRAME, runs=runs)


def test_small_values_are_shown_as_they_are() -> None:
    small = [{"a": 1}, [True, None], "text", 0, None]

    assert shown(Budget(), *small) == small


def test_of_a_value_that_is_too_large_its_size_is_shown() -> None:
    large = Large("t/1", None, 5_000_000)
    [text, kept_outside] = shown(Budget(), "x" * 3_000_000, large)

    assert 3_000_000 < text["truncated"] < 3_001_000
    assert kept_outside == {"truncated": 5_000_000}


def test_an_answer_holds_what_fits_and_says_the_sizes_of_the_rest() -> None:
    values = [Large(f"t/{at}", None, 900_000) for at in range(20)]

    out = shown(Budget(), *values)

    whole = [value for value in out if isinstance(value, Large)]
    assert 4 <= len(whole) <= MAX_SHOWN_BYTES // 900_000
    assert out[-1] == {"truncated": 900_000}


def test_values_of_unknown_size_count_as_large_ones() -> None:
    values = [Large(f"t/{at}", None) for at in range(20)]

    out = shown(Budget(), *values)

    whole = [value for value in out if isinstance(value, Large)]
    assert len(whole) <= MAX_SHOWN_BYTES // MAX_SHOWN_VALUE_BYTES


def test_runs_without_values_fill_an_answer_too() -> None:
    budget = Budget()
    runs = {str(at): Run() for at in range(1000)}

    for _ in range(MAX_SHOWN_BYTES // SHOWN_RUN_BYTES // 1000 + 1):
        assert not budget.spent
        budget.cut(with_runs(runs))

    assert budget.spent


async def test_raw_shows_as_much_of_a_task_as_an_answer_holds(
    play: Playground,
) -> None:
    await play.publish(LOOP)
    task = await play.start({"text": "x" * 500_000, "list": list(range(30))})
    await play.ended(task)

    raw = await play.engine.tasks.raw(task)

    assert len(orjson.dumps(raw)) < MAX_SHOWN_BYTES
    outputs = [frame["runs"]["copy"]["output"] for frame in raw["frames"]]
    assert any("text" in output for output in outputs)
    assert any("truncated" in output for output in outputs)
    assert raw["complete"]
    assert sorted(frame["item"] for frame in raw["frames"]) == list(range(30))
