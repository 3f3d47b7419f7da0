"""How much is kept for a task: what came to it, what it made, what its items keep."""

from datetime import UTC, datetime

from documents import LOOP, SERIES
from engine.domain import messages as m
from engine.domain.frame import FramePath
from engine.domain.graph import Program
from engine.domain.new_frames import new_task
from engine.domain.pipeline import Pipeline
from engine.domain.room import bytes_of_blobs
from simulation import TASK, Simulation

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def blob(name: str, size: int) -> dict[str, object]:
    return {"$blob": f"task/{name}", "type": "image/png", "size": size}


def test_the_binaries_of_the_request_count() -> None:
    program = Program(Pipeline.from_json(SERIES))

    frame = new_task(TASK, program, data={}, now=NOON, stored_bytes=500)

    assert frame.kept_bytes == 500


def test_the_binaries_of_a_result_count_once() -> None:
    simulation = Simulation(SERIES)
    result = m.NodeFinished("first", 1, {}, stored_bytes=700)
    before = simulation.frames[TASK].stored_bytes

    simulation.post(result)
    simulation.post(result)

    assert simulation.frames[TASK].stored_bytes == before + 700


def test_what_the_items_of_a_loop_keep_is_its_own_when_they_have_ended() -> None:
    simulation = Simulation(LOOP, {"items": ["a", "b"]})
    before = simulation.frames[TASK].stored_bytes
    first, second = FramePath(f"{TASK}/each[0]"), FramePath(f"{TASK}/each[1]")

    simulation.post(m.NodeFinished("work", 1, {}, stored_bytes=40), first)
    simulation.post(m.NodeFailed("work", 1, "broken", final=True), second)

    kept = sum(simulation.frames[path].kept_bytes for path in (first, second))
    assert kept > 40
    assert simulation.frames[TASK].stored_bytes == before + kept


def test_each_binary_that_a_frame_refers_to_counts_once() -> None:
    program = Program(Pipeline.from_json(SERIES))
    data = {"a": blob("x", 5), "b": [blob("y", 70), {"c": blob("x", 5)}]}

    frame = new_task(TASK, program, data=data, now=NOON)  # type: ignore[arg-type]

    assert bytes_of_blobs(frame) == 75
