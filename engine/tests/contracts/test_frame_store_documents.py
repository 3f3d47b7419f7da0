"""What every FrameStore promises of documents that cannot be read."""

from datetime import timedelta

import pytest
from damage import replace_document
from engine.domain.frame import Frame, FramePath, FrameStatus, Parent, StandIn
from engine.domain.task_lists import TaskFilter
from engine.ports import FrameStore
from frames import NOON, T, new_frame, waking
from msgspec.structs import replace

SECOND = timedelta(seconds=1)
ITEM = FramePath("t/faces[2]")

BROKEN = [
    "",
    "no JSON",
    "{}",
    "[" * 100_000,
    '{"schema": 1, "path": 5}',
    '{"schema": "new"}',
    '{"schema": 0}',
]
NEWER = '{"schema": 2, "path": "t", "nodes": []}'


def item() -> Frame:
    parent = Parent(path=T, node="faces", attempt=3, index=2, item="it")
    return new_frame(ITEM, parent=parent, loops=("faces",))


@pytest.mark.parametrize("document", BROKEN)
async def test_a_stand_in_has_failed_and_says_why(
    frames: FrameStore, document: str
) -> None:
    inserted = await frames.insert(waking("t"))
    assert inserted

    await replace_document(frames, T, document)

    found = await frames.get(T)
    assert (found.path, found.route, found.stand_in) == (T, "blur", StandIn.BROKEN)
    assert found.status is FrameStatus.FAILED
    assert found.error and "cannot be read" in found.error
    assert (found.revision, found.saved_at) == (1, inserted.saved_at)
    assert found.created_at == NOON
    assert await frames.find(T) == found


async def test_a_stand_in_of_an_item_knows_its_place(frames: FrameStore) -> None:
    await frames.insert(item())

    await replace_document(frames, ITEM, "no JSON")

    [found] = await frames.children(T, "faces", 3, 0, 9)
    assert found.stand_in is StandIn.BROKEN
    assert found.parent == Parent(path=T, node="faces", attempt=3, index=2, item=None)


async def test_what_a_newer_engine_wrote_keeps_its_status(frames: FrameStore) -> None:
    ended = new_frame("t", status=FrameStatus.FINISHED, erase_at=NOON)
    await frames.insert(ended)
    await frames.insert(waking("t2"))

    await replace_document(frames, "t", NEWER)
    await replace_document(frames, "t2", NEWER)

    newer = [await frames.get(T), await frames.get(FramePath("t2"))]
    assert {frame.stand_in for frame in newer} == {StandIn.NEWER}
    assert [frame.status for frame in newer] == [
        FrameStatus.FINISHED,
        FrameStatus.RUNNING,
    ]
    assert newer[0].erase_at == NOON
    assert newer[0].error and "newer version" in newer[0].error


async def test_lists_go_on_past_what_cannot_be_read(frames: FrameStore) -> None:
    for n in range(4):
        await frames.insert(new_frame(f"t{n}", created_at=NOON + n * SECOND))
    await frames.insert(new_frame("t"))
    await frames.insert(item())
    for path in ("t1", "t2", "t"):
        await replace_document(frames, path, "no JSON")

    first, cursor = await frames.tasks(TaskFilter(), None, 2)
    second, _ = await frames.tasks(TaskFilter(), cursor, 9)
    of_task = await frames.of_task("t", None, 9)

    assert [task.id for task in first] == ["t3", "t2"]
    assert {task.id for task in second} == {"t1", "t0", "t"}
    assert [frame.path for frame in of_task] == ["t", ITEM]
    assert [frame.stand_in for frame in of_task] == [StandIn.BROKEN, None]


async def test_a_stand_in_is_saved_over_its_document(frames: FrameStore) -> None:
    await frames.insert(waking("t"))
    await replace_document(frames, T, "no JSON")
    found = await frames.get(T)

    saved = await frames.save(replace(found, stand_in=None, erase_at=NOON))

    assert saved.revision == 2
    assert await frames.get(T) == saved
    assert await frames.due(NOON, 9) == []
    assert await frames.expired(NOON, 9) == ["t"]
    assert (await frames.counts()).by_status == {"error": 1}


async def test_what_cannot_be_read_can_be_erased(frames: FrameStore) -> None:
    await frames.insert(new_frame("t"))
    await frames.insert(item())
    for path in (T, ITEM):
        await replace_document(frames, path, "no JSON")

    await frames.erase("t")

    assert await frames.of_task("t", None, 9) == []


async def test_a_postponed_frame_makes_room_for_others(frames: FrameStore) -> None:
    for n in range(3):
        await frames.insert(waking(f"t{n}", NOON + n * SECOND))
    now = NOON + 5 * SECOND

    await frames.postpone(FramePath("t0"), now, NOON + 60 * SECOND)

    assert await frames.due(now, 2) == ["t1", "t2"]
    assert await frames.due(NOON + 60 * SECOND, 9) == ["t1", "t2", "t0"]
    assert await frames.active(None, 9) == ["t0", "t1", "t2"]


async def test_only_what_is_due_is_postponed(frames: FrameStore) -> None:
    later = NOON + 60 * SECOND
    await frames.insert(waking("t", NOON + SECOND))
    await frames.insert(waking("never", None))

    for path in ("t", "never", "nowhere"):
        await frames.postpone(FramePath(path), NOON, later)

    assert await frames.due(NOON + SECOND, 9) == ["t"]
    assert await frames.due(later, 9) == ["t"]


async def test_the_next_save_ends_a_postponement(frames: FrameStore) -> None:
    inserted = await frames.insert(waking("t"))
    assert inserted
    await frames.postpone(T, NOON, NOON + 60 * SECOND)
    assert (await frames.get(T)).revision == 1

    await frames.save(inserted)

    assert await frames.due(NOON, 9) == ["t"]
