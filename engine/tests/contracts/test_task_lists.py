"""What every FrameStore promises of lists of tasks."""

from typing import Any

import pytest
from engine.domain.errors import InvalidInput
from engine.domain.frame import Frame, FramePath, FrameStatus
from engine.domain.task_lists import Seen, TaskFilter, TaskSummary, TaskUsage
from engine.ports import FrameStore, Version
from frames import NOON, new_frame
from msgspec.structs import replace

from .test_frame_store import ANY, SECOND, all_tasks, insert, item

OWN = Seen(owner="a", own_in=("main",))


async def test_tasks_come_newest_first_page_by_page(frames: FrameStore) -> None:
    new = [new_frame(f"t{n}", created_at=NOON + n // 4 * SECOND) for n in range(12)]
    await insert(frames, *new, item("t1", 0))

    paths = await all_tasks(frames)

    assert sorted(paths) == sorted(frame.path for frame in new)
    ages = [int(path[1:]) // 4 for path in paths]
    assert ages == sorted(ages, reverse=True)
    assert await all_tasks(frames, limit=12) == paths


async def test_a_list_shows_how_each_task_is(frames: FrameStore) -> None:
    [running, failing] = await insert(frames, new_frame("t"), new_frame("s"))
    failed = await frames.save(
        replace(
            failing,
            status=FrameStatus.FAILED,
            error="node a: “it” broke",
            failed_node="a",
            ended_at=NOON + SECOND,
        )
    )

    page, _ = await frames.tasks(ANY, None, 9)

    told = {task.id: task for task in page}
    assert told == {"t": TaskSummary.of(running), "s": TaskSummary.of(failed)}
    assert told["s"].failed_node == "a"


async def test_a_list_tells_trials_and_what_a_task_continues(
    frames: FrameStore,
) -> None:
    [plain, trial] = await insert(
        frames, new_frame("t"), new_frame("s", trial=True, continues="t")
    )

    page, _ = await frames.tasks(ANY, None, 9)

    told = {task.id: task for task in page}
    assert told == {"t": TaskSummary.of(plain), "s": TaskSummary.of(trial)}
    assert (told["s"].trial, told["s"].continues) == (True, "t")


async def test_tasks_of_several_statuses_come_in_one_order(
    frames: FrameStore,
) -> None:
    statuses = list(FrameStatus)
    for n in range(12):
        at = NOON + n // 2 * SECOND
        await insert(frames, new_frame(f"t{n}", status=statuses[n % 4], created_at=at))
    wanted = TaskFilter(statuses=(FrameStatus.RUNNING, FrameStatus.FAILED))

    paths = await all_tasks(frames, wanted, limit=2)

    assert paths == ["t10", "t8", "t6", "t4", "t2", "t0"]


async def test_tasks_that_come_meanwhile_do_not_disturb_the_pages(
    frames: FrameStore,
) -> None:
    await insert(frames, *(new_frame(f"t{n}", created_at=NOON) for n in range(4)))
    first, cursor = await frames.tasks(ANY, None, 2)

    await insert(frames, new_frame("new", created_at=NOON + SECOND))
    second, end = await frames.tasks(ANY, cursor, 2)

    assert {task.id for task in (*first, *second)} == {"t0", "t1", "t2", "t3"}
    assert end is None


async def test_tasks_are_filtered(frames: FrameStore) -> None:
    for n in range(8):
        route = ("crop", "blur")[n % 2]
        status = list(FrameStatus)[n // 2 % 2]
        at = NOON + n * SECOND
        await insert(
            frames, new_frame(f"t{n}", route=route, status=status, created_at=at)
        )
    since = NOON + 2 * SECOND
    until = NOON + 6 * SECOND

    async def tasks(**which: object) -> list[str]:
        return await all_tasks(frames, TaskFilter(**which))

    finished = FrameStatus.FINISHED
    assert await tasks(route="blur") == ["t7", "t5", "t3", "t1"]
    assert await tasks(statuses=(finished,)) == ["t7", "t6", "t3", "t2"]
    assert await tasks(route="blur", statuses=(finished,)) == ["t7", "t3"]
    assert await tasks(since=since, until=until) == ["t5", "t4", "t3", "t2"]
    assert await tasks(route="blur", since=since, until=until) == ["t5", "t3"]
    assert await tasks(statuses=(finished,), since=since, until=until) == ["t3", "t2"]
    assert await tasks(route="crop", statuses=(finished,), until=until) == ["t2"]
    assert await tasks(route="unknown") == []


@pytest.mark.parametrize("cursor", ["", "x", "-1.t", "9" * 30 + ".t", "１.t"])
async def test_a_cursor_nobody_gave_is_refused(frames: FrameStore, cursor: str) -> None:
    with pytest.raises(InvalidInput, match="cursor"):
        await frames.tasks(ANY, cursor, 3)


async def test_counts_are_of_tasks_not_of_their_parts(frames: FrameStore) -> None:
    assert (await frames.counts()).by_status == {}
    await insert(
        frames,
        new_frame("a"),
        new_frame("b"),
        new_frame("c", route="crop"),
        item("a", 0),
    )
    await insert(frames, new_frame("d", route="crop", status=FrameStatus.FAILED))

    counts = await frames.counts()

    assert counts.by_status == {"running": 3, "error": 1}
    assert counts.by_route == {"blur": 2, "crop": 2}


async def test_a_version_has_tasks_until_the_last_one_is_erased(
    frames: FrameStore,
) -> None:
    await insert(frames, new_frame("a"), item("a", 0))
    await insert(frames, new_frame("b", status=FrameStatus.FINISHED))
    mine = Version("blur", "v1")
    others = [Version("blur", "v2"), Version("crop", "v1")]

    assert [await frames.has_tasks(version) for version in (mine, *others)] == [
        True,
        False,
        False,
    ]
    await frames.erase("a")
    assert await frames.has_tasks(mine)
    await frames.erase("b")
    assert not await frames.has_tasks(mine)


async def test_tasks_on_trial_are_not_counted(frames: FrameStore) -> None:
    await frames.insert(new_frame("t1"))
    await frames.insert(new_frame("t2", trial=True))

    counts = await frames.counts()

    assert counts.by_status == {"running": 1}
    assert sum(counts.by_route.values()) == 1


async def test_a_person_finds_own_tasks_by_route_and_status(
    frames: FrameStore,
) -> None:
    new = [
        new_frame(
            f"t{n}",
            created_at=NOON + n * SECOND,
            owner="ab"[n % 2],
            space="main",
            route=route,
        )
        for n, route in enumerate(["blur", "blur", "read", "blur", "blur", "blur"])
    ]
    await insert(frames, *new, new_frame("of nobody"))
    await frames.save(
        replace(new[4], revision=1, status=FrameStatus.FINISHED, ended_at=NOON)
    )

    async def found(**which: Any) -> list[str]:
        page, _ = await frames.tasks(TaskFilter(seen=OWN, **which), None, 9)
        return [task.id for task in page]

    assert await found() == ["t4", "t2", "t0"]
    assert await found(route="blur") == ["t4", "t0"]
    assert await found(statuses=(FrameStatus.RUNNING,)) == ["t2", "t0"]
    both = (FrameStatus.FINISHED, FrameStatus.RUNNING)
    assert await found(route="blur", statuses=both) == ["t4", "t0"]
    assert await found(since=NOON + SECOND) == ["t4", "t2"]
    first, cursor = await frames.tasks(TaskFilter(seen=OWN), None, 2)
    rest, end = await frames.tasks(TaskFilter(seen=OWN), cursor, 2)
    assert [task.id for task in (*first, *rest)] == ["t4", "t2", "t0"]
    assert end is None


async def test_somebody_finds_all_tasks_of_some_spaces_and_own_ones_of_others(
    frames: FrameStore,
) -> None:
    spaces = ["art", "main", "lab", "art", "main", "lab", "", "art"]
    for n, space in enumerate(spaces):
        at, owner = NOON + n * SECOND, "ab"[n // 3 % 2]
        await insert(
            frames, new_frame(f"t{n}", created_at=at, owner=owner, space=space)
        )

    async def found(*, limit: int = 9, **which: Any) -> list[str]:
        return await all_tasks(frames, TaskFilter(**which), limit=limit)

    both = Seen(owner="a", own_in=("main", "lab"), all_in=("art",))
    # The own one of a space of which all are seen comes once.
    mine = Seen(owner="a", own_in=("main",), all_in=("art", "lab"))
    assert await found(seen=both) == ["t7", "t3", "t2", "t1", "t0"]
    assert await found(seen=mine, limit=2) == ["t7", "t5", "t3", "t2", "t1", "t0"]
    assert await found(seen=Seen(all_in=("main",))) == ["t4", "t1"]
    assert await found(seen=Seen(owner="a")) == []
    assert await found(seen=Seen(owner="", own_in=("main",))) == []
    # Wherever they are, also where there were no spaces.
    assert await found(owner="a", limit=2) == ["t7", "t6", "t2", "t1", "t0"]
    assert await found(owner="a", since=NOON + 2 * SECOND) == ["t7", "t6", "t2"]
    assert await found(owner="c") == []
    running = (FrameStatus.RUNNING,)
    route = new_frame("t").route
    assert await found(seen=both, route=route, statuses=running) == await found(
        seen=both
    )
    assert await found(seen=both, route="other") == []
    assert await found(seen=both, since=NOON + 2 * SECOND) == ["t7", "t3", "t2"]
    assert await found(seen=both, statuses=(FrameStatus.FAILED,)) == []


async def test_who_sees_all_finds_the_tasks_of_many_spaces_in_one_order(
    frames: FrameStore,
) -> None:
    """Three of each microsecond, each in a space of its own, of one status or another.

    There are more spaces than a page has tasks.
    """
    statuses = (FrameStatus.RUNNING, FrameStatus.FAILED)
    new = [
        new_frame(
            f"t{n:02}",
            created_at=NOON + n // 3 * SECOND,
            space=f"space{n * 7 % 12}" if n else "",
            status=statuses[n % 2],
        )
        for n in range(12)
    ]
    await insert(frames, *new)
    newest = [frame.path for frame in reversed(new)]

    assert await all_tasks(frames, ANY, limit=2) == newest
    assert await all_tasks(frames, ANY, limit=5) == newest
    failed = TaskFilter(statuses=(FrameStatus.FAILED,))
    assert await all_tasks(frames, failed, limit=2) == newest[0::2]
    of_route = TaskFilter(route=new[0].route)
    assert await all_tasks(frames, of_route, limit=2) == newest
    some = TaskFilter(since=NOON + SECOND, until=NOON + 3 * SECOND)
    assert await all_tasks(frames, some, limit=2) == newest[3:9]


async def test_a_task_that_ends_stays_in_the_list_of_its_space(
    frames: FrameStore,
) -> None:
    [new] = await insert(frames, new_frame("t", space="art"))
    await frames.save(replace(new, status=FrameStatus.FINISHED, ended_at=NOON))

    seen = Seen(all_in=("art",))

    assert await all_tasks(frames, TaskFilter(seen=seen)) == ["t"]
    finished = (FrameStatus.FINISHED,)
    assert await all_tasks(frames, TaskFilter(seen=seen, statuses=finished)) == ["t"]
    running = (FrameStatus.RUNNING,)
    assert await all_tasks(frames, TaskFilter(seen=seen, statuses=running)) == []


async def test_tasks_that_are_older_than_spaces_can_be_adopted(
    frames: FrameStore,
) -> None:
    old = [new_frame(f"t{n}", created_at=NOON + n * SECOND) for n in range(3)]
    await insert(frames, *old, item("t1", 0), new_frame("of art", space="art"))

    await frames.adopt("main")
    await frames.adopt("main")

    seen = Seen(all_in=("main",))
    assert await all_tasks(frames, TaskFilter(seen=seen)) == ["t2", "t1", "t0"]


async def test_what_people_and_spaces_take_is_added_up(frames: FrameStore) -> None:
    def task(path: str, owner: str, space: str, stored: int) -> Frame:
        return new_frame(path, owner=owner, space=space, stored_bytes=stored)

    for frame in (
        task("a1", "a", "art", 10),
        task("a2", "a", "main", 200),
        task("b1", "b", "main", 3_000),
        new_frame("none", stored_bytes=7),
    ):
        await insert(frames, frame)
    # What it keeps is counted again when it ends.
    running = await frames.get(FramePath("a1"))
    await frames.save(replace(running, value_bytes=5, stored_bytes=1_000))
    known = await frames.get(FramePath("a2"))
    ended = replace(
        known,
        status=FrameStatus.FINISHED,
        ended_at=NOON,
        value_bytes=1,
        stored_bytes=50_000,
    )
    await frames.save(ended)

    assert await frames.usage_of("a") == TaskUsage(running=1, bytes=50_011)
    assert await frames.usage_of("b") == TaskUsage(running=1, bytes=3_000)
    assert await frames.usage_in("main") == TaskUsage(running=1, bytes=53_001)
    assert await frames.usage_in("art") == TaskUsage(running=1, bytes=10)
    assert await frames.usage_of("nobody") == TaskUsage(0, 0)

    await frames.erase("a2")
    assert await frames.usage_of("a") == TaskUsage(running=1, bytes=10)
