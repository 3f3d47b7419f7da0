"""What every FrameStore promises."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from engine.adapters.shared.frame_pages import PAGE_BYTES
from engine.domain.errors import StaleFrame, Unknown
from engine.domain.frame import Frame, FramePath, FrameStatus, Parent, Push
from engine.domain.run import Loop, Run, Status
from engine.domain.task_lists import TaskFilter, TaskUsage
from engine.domain.values import Large
from engine.ports import FrameStore
from frames import NOON, T, new_frame, waking
from msgspec.structs import replace

SECOND = timedelta(seconds=1)
ANY = TaskFilter()


def item(task: str, index: int, node: str = "faces", attempt: int = 1) -> Frame:
    parent = Parent(
        path=FramePath(task), node=node, attempt=attempt, index=index, item=[index]
    )
    return new_frame(f"{task}/{node}.{attempt}[{index}]", parent=parent, loops=(node,))


async def insert(frames: FrameStore, *new: Frame) -> list[Frame]:
    inserted = [await frames.insert(frame) for frame in new]
    return [frame for frame in inserted if frame]


async def all_tasks(
    frames: FrameStore, which: TaskFilter = ANY, limit: int = 3
) -> list[str]:
    """The paths of all pages."""
    page, cursor = await frames.tasks(which, None, limit)
    paths = [task.id for task in page]
    while cursor:
        assert len(page) == limit
        page, cursor = await frames.tasks(which, cursor, limit)
        assert page
        paths += [task.id for task in page]
    return paths


async def test_a_new_frame_is_revision_one(frames: FrameStore) -> None:
    [inserted] = await insert(frames, new_frame("t"))

    assert inserted.revision == 1
    assert inserted.saved_at is not None
    assert await frames.get(T) == inserted


async def test_what_was_stored_is_counted_by_how_much_went_together(
    frames: FrameStore,
) -> None:
    before = frames.batches.histogram()

    new = [new_frame(f"t{number}") for number in range(40)]
    await asyncio.gather(*map(frames.insert, new))

    after = frames.batches.histogram()
    batches = sum(after.by_bucket.values()) - sum(before.by_bucket.values())
    assert after.total - before.total == 40
    # Many wait for the first of them, and go together.
    assert 1 <= batches <= 10


async def test_a_taken_path_is_not_given_again(frames: FrameStore) -> None:
    [first] = await insert(frames, new_frame("t"))

    again = await frames.insert(new_frame("t", route="other"))

    assert again is None
    assert await frames.get(T) == first


async def test_of_many_who_insert_a_path_one_succeeds(frames: FrameStore) -> None:
    versions = [new_frame("t", version=f"v{n}") for n in range(50)]

    inserted = await asyncio.gather(*map(frames.insert, versions))

    [winner] = [frame for frame in inserted if frame]
    assert await frames.get(T) == winner


async def test_everything_in_a_frame_comes_back(frames: FrameStore) -> None:
    loop = Loop(
        items=Large("t/items", None),
        total=70,
        opened=70,
        ended=b"\x20" + bytes(7) + b"\x01",
    )
    run = Run(
        status=Status.LOOPING,
        attempt=3,
        tries=1,
        waits=2,
        round=1,
        params={"ü": [1, 2.5, None, True, {"deep": ["ß", ""]}]},
        input=Large("t/large", None),
        out={"image": {"$blob": "t/1", "type": "image/png", "size": 3}},
        led_to=("b", "c"),
        accepted=(1, 3),
        wake_at=NOON + timedelta(microseconds=1),
        deadline=NOON,
        instance="http://localhost/blur",
        error="no",
        note="waits",
        loop=loop,
        started_at=NOON,
        history=((Status.LOOPING, NOON),),
    )
    ended = replace(run, status=Status.FAILED, ended_at=NOON, loop=None)
    frame = new_frame(
        "t/faces[2]",
        loops=("faces",),
        parent=Parent(path=T, node="faces", attempt=2, index=2, item={"item": 9}),
        push=Push(url="http://caller/", task_id="id", tries=2, due_at=NOON),
        depth=2,
        status=FrameStatus.FAILED,
        runs={"a": run, "b": ended, "c": Run()},
        error="it failed",
        failed_node="b",
        evaluations=7,
        ended_at=NOON,
        erase_at=NOON + SECOND,
    )

    [inserted] = await insert(frames, frame)
    saved = await frames.save(inserted)

    expected = replace(frame, revision=2, saved_at=saved.saved_at)
    assert saved == expected
    assert await frames.find(frame.path) == expected


async def test_a_save_makes_the_next_revision(frames: FrameStore) -> None:
    [inserted] = await insert(frames, new_frame("t"))

    saved = await frames.save(replace(inserted, error="new"))

    assert (saved.revision, saved.error) == (2, "new")
    assert await frames.get(T) == saved
    assert (inserted.revision, inserted.error) == (1, None)


async def test_an_outdated_save_is_refused_and_changes_nothing(
    frames: FrameStore,
) -> None:
    [inserted] = await insert(frames, new_frame("t"))
    saved = await frames.save(inserted)

    with pytest.raises(StaleFrame) as refusal:
        await frames.save(replace(inserted, error="late"))

    assert (refusal.value.path, refusal.value.revision) == ("t", 1)
    assert await frames.get(T) == saved


async def test_what_was_never_inserted_cannot_be_saved(frames: FrameStore) -> None:
    with pytest.raises(StaleFrame):
        await frames.save(new_frame("t", revision=1))

    assert await frames.find(T) is None


async def test_of_a_hundred_savers_one_wins_each_revision(frames: FrameStore) -> None:
    await insert(frames, new_frame("t"))
    won: list[int] = []

    async def save_once(name: str) -> None:
        while True:
            frame = await frames.get(T)
            try:
                saved = await frames.save(frame.with_run(name, Run()))
            except StaleFrame:
                continue
            return won.append(saved.revision)

    await asyncio.gather(*(save_once(f"n{n}") for n in range(100)))

    assert sorted(won) == list(range(2, 102))
    last = await frames.get(T)
    assert (last.revision, len(last.runs)) == (101, 100)


async def test_who_is_too_late_harms_nobody_else(frames: FrameStore) -> None:
    inserted = await insert(frames, *(new_frame(f"t{n}") for n in range(60)))
    for frame in inserted[::3]:
        await frames.save(frame)

    outcomes = await asyncio.gather(*map(frames.save, inserted), return_exceptions=True)

    kinds = Counter(type(outcome) for outcome in outcomes)
    assert kinds == {StaleFrame: 20, Frame: 40}
    for frame in inserted:
        assert (await frames.get(frame.path)).revision == 2


async def test_the_time_of_saving_never_goes_backwards(frames: FrameStore) -> None:
    [frame] = await insert(frames, new_frame("t"))

    for _ in range(50):
        saved = await frames.save(frame)
        assert saved.saved_at and frame.saved_at and saved.saved_at >= frame.saved_at
        frame = saved


async def test_an_absent_frame_is_unknown(frames: FrameStore) -> None:
    assert await frames.find(T) is None
    with pytest.raises(Unknown, match="t"):
        await frames.get(T)


async def test_due_frames_come_most_overdue_first(frames: FrameStore) -> None:
    times = {"late": NOON - 9 * SECOND, "now": NOON, "later": NOON - SECOND}
    await insert(frames, *(waking(task, at) for task, at in times.items()))
    await insert(frames, waking("future", NOON + SECOND), waking("never", None))

    assert await frames.due(NOON, 9) == ["late", "later", "now"]
    assert await frames.due(NOON, 2) == ["late", "later"]
    assert await frames.due(NOON - 10 * SECOND, 9) == []


async def test_a_frame_that_was_looked_after_is_due_no_more(
    frames: FrameStore,
) -> None:
    [frame] = await insert(frames, waking("t", NOON))
    assert await frames.due(NOON, 9) == ["t"]

    await frames.save(frame.with_run("a", Run(status=Status.WORKING, wake_at=None)))

    assert await frames.due(NOON, 9) == []
    assert await frames.active(None, 9) == []


async def test_active_frames_come_by_path_page_by_page(frames: FrameStore) -> None:
    paths = ["a", "a/loop[0]", "a/loop[10]", "a/loop[2]", "b"]
    await insert(frames, *(waking(path, NOON) for path in reversed(paths)))
    await insert(frames, waking("a1", None))

    first = await frames.active(None, 3)
    second = await frames.active(first[-1], 3)

    assert [*first, *second] == paths
    assert await frames.active(second[-1], 3) == []


async def test_children_come_by_index(frames: FrameStore) -> None:
    await insert(frames, new_frame("t"), *(item("t", n) for n in (11, 2, 0, 10, 1)))
    await insert(frames, item("t", 3, node="other"), item("t", 4, attempt=2))
    await insert(frames, item("t2", 5), new_frame("t/faces.1[0]/faces.1[6]"))

    async def indexes(first: int, limit: int) -> list[int]:
        path = T
        children = await frames.children(path, "faces", 1, first, limit)
        return [child.parent.index for child in children if child.parent]

    assert await indexes(0, 9) == [0, 1, 2, 10, 11]
    assert await indexes(2, 2) == [2, 10]
    assert await indexes(12, 9) == []


async def test_a_page_of_large_documents_is_short(frames: FrameStore) -> None:
    large = {"a": Run(out="x" * (PAGE_BYTES // 3))}
    await insert(frames, *(replace(item("t", n), runs=large) for n in range(8)))

    children = await frames.children(T, "faces", 1, 0, 9)
    saved = await frames.of_task("t", None, 9)
    following = await frames.of_task("t", saved[-1].saved_at, 9)

    assert [child.parent.index for child in children if child.parent] == [0, 1, 2]
    assert len(saved) == 3
    assert following[0] == saved[-1] and len(following) == 3


async def test_even_a_page_of_the_largest_document_has_it(frames: FrameStore) -> None:
    [inserted] = await insert(
        frames, new_frame("t", runs={"a": Run(out="x" * 2 * PAGE_BYTES)})
    )

    assert await frames.of_task("t", None, 9) == [inserted]


async def test_frames_of_a_task_come_in_the_order_they_were_saved(
    frames: FrameStore,
) -> None:
    first, second, third = await insert(
        frames, new_frame("t"), item("t", 0), item("t", 1)
    )
    await insert(frames, new_frame("t2"), item("t2", 0))
    first = await frames.save(first)

    assert await frames.of_task("t", None, 9) == [second, third, first]
    assert await frames.of_task("t", None, 2) == [second, third]
    assert await frames.of_task("t", third.saved_at, 9) == [third, first]
    assert await frames.of_task("t3", None, 9) == []


@pytest.mark.parametrize("pushed_later", [True, False])
async def test_how_a_task_ended_is_found_also_after_its_result_was_pushed(
    frames: FrameStore, pushed_later: bool
) -> None:
    """Whether the end was saved before, or with what came of the push."""
    due = Push(url="http://caller/", task_id="id", due_at=NOON)
    told = replace(due, done=True, due_at=None)
    [frame] = await insert(frames, new_frame(T, push=due, owner="a", space="art"))
    ended = replace(
        frame,
        status=FrameStatus.FAILED,
        error="it broke",
        ended_at=NOON,
        erase_at=NOON + SECOND,
        value_bytes=5,
    )
    if pushed_later:
        ended = await frames.save(ended)
        assert await frames.active(None, 9) == [T]

    saved = await frames.save(replace(ended, push=told))

    assert await frames.find(T) == saved
    failed = TaskFilter(statuses=(FrameStatus.FAILED,))
    [task], _ = await frames.tasks(failed, None, 9)
    assert (task.error, task.ended_at) == ("it broke", NOON)
    assert (await frames.counts()).by_status == {"error": 1}
    assert await frames.usage_in("art") == TaskUsage(running=0, bytes=5)
    assert not await frames.active(None, 9)
    assert not await frames.due(NOON + SECOND, 9)
    assert await frames.expired(NOON + SECOND, 9) == [T]


async def test_only_ended_tasks_whose_time_has_come_expire(
    frames: FrameStore,
) -> None:
    ended = FrameStatus.FINISHED
    await insert(
        frames,
        new_frame("old", status=ended, erase_at=NOON - SECOND),
        new_frame("now", status=ended, erase_at=NOON),
        new_frame("kept", status=ended, erase_at=NOON + SECOND),
        new_frame("forever", status=ended),
        new_frame("runs", erase_at=NOON - SECOND),
        replace(item("old", 0), status=ended, erase_at=NOON - SECOND),
    )

    assert await frames.expired(NOON, 9) == ["old", "now"]
    assert await frames.expired(NOON, 1) == ["old"]


async def test_an_erased_task_leaves_no_frame(frames: FrameStore) -> None:
    new = [item("t", n) for n in range(1200)]
    await asyncio.gather(*map(frames.insert, [new_frame("t"), *new]))
    await insert(frames, new_frame("t2"), item("t2", 0), new_frame("s"))

    await frames.erase("t")
    await frames.erase("t")

    assert await frames.of_task("t", None, 9) == []
    assert await frames.children(T, "faces", 1, 0, 9) == []
    assert await all_tasks(frames) == ["t2", "s"]
    assert len(await frames.of_task("t2", None, 9)) == 2


async def test_an_erased_frame_cannot_be_saved(frames: FrameStore) -> None:
    [frame] = await insert(frames, new_frame("t"))

    await frames.erase("t")

    with pytest.raises(StaleFrame):
        await frames.save(frame)
    assert await frames.find(T) is None


async def test_a_megabyte_is_not_too_large(frames: FrameStore) -> None:
    large = new_frame("t", runs={"a": Run(out={"text": "ü" * 500_000})})

    [inserted] = await insert(frames, large)

    assert await frames.get(T) == inserted


async def test_a_store_that_works_passes_its_check(frames: FrameStore) -> None:
    await frames.check()
