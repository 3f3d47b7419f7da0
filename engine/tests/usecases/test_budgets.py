"""What one task may multiply: the frames it makes, and the tasks it calls."""

from datetime import timedelta
from pathlib import Path
from typing import cast

from documents import end, loop, service, starting_with
from engine.domain.errors import TooManyFrames
from engine.domain.values import Json
from playground import OwnPipelines, Playground, playground

from servers.waiting import until

ITEMS = "start.out.items"


def nested(levels: int) -> Json:
    """Loops in each other over the same items; nothing is called."""
    body: list[Json] = [{"id": "nothing", "type": "node", "next": ["loopEnd"]}]
    for level in range(levels, 1, -1):
        body = [
            loop(f"loop{level}", body, "loopEnd", items=ITEMS, concurrency=1000),
        ]
    outermost = loop("loop1", body, "done", items=ITEMS, concurrency=1000)
    return starting_with(outermost, end("done"), body={"items": [1]})


CALLING = starting_with(
    loop("each", [service("work", "loopEnd")], "done", items=ITEMS, concurrency=1000),
    end("done"),
    body={"items": [1]},
)

CALLING_TWICE = starting_with(
    loop("each", [service("work", "loopEnd")], "again", items=ITEMS, concurrency=1000),
    loop("again", [service("more", "loopEnd")], "done", items=ITEMS, concurrency=1000),
    end("done"),
    body={"items": [1]},
)


def calls_itself(times: int) -> Json:
    """A pipeline that calls itself, so many times at once."""
    names = [f"again{n}" for n in range(times)]
    calls = [service(name, "done", service="itself", retry=0) for name in names]
    document = starting_with(*calls, end("done"), route="itself")
    document["nodes"][0]["next"] = names
    return document


async def frames_of(play: Playground, task: str) -> int:
    return len(await play.adapters.frames.of_task(task, None, 10_000))


async def test_a_task_may_make_as_many_frames_as_the_limit(tmp_path: Path) -> None:
    async with playground(tmp_path, settings={"max_frames": "12"}) as play:
        await play.publish(nested(2))

        # 3 frames, and 3 in each of them.
        task = await play.start({"items": [1, 2, 3]})

        assert (await play.ended(task))["status"] == "finished"


async def test_beyond_its_frames_a_task_fails_and_says_why(tmp_path: Path) -> None:
    async with playground(tmp_path, settings={"max_frames": "11"}) as play:
        await play.publish(nested(2))

        task = await play.start({"items": [1, 2, 3]})

        status = await play.ended(task)
        assert status["status"] == "error"
        assert "needs 3 frames. The task has made 9" in status["message"]
        assert "may make 11 in all (MAX_FRAMES)" in status["message"]


async def test_a_loop_that_needs_too_many_fails_before_its_first_call(
    tmp_path: Path,
) -> None:
    async with playground(tmp_path, settings={"max_frames": "10"}) as play:
        await play.announce()
        await play.publish(CALLING)

        task = await play.start({"items": [*range(11)]})

        status = await play.ended(task)
        assert "needs 11 frames. The task has made 0" in status["message"]
        assert play.outside.delivered == []


async def test_many_loops_in_each_other_stay_within_the_limit(tmp_path: Path) -> None:
    settings = {"max_frames": "500", "max_open_frames": "20"}
    async with playground(tmp_path, settings=settings) as play:
        await play.publish(nested(8))

        task = await play.start({"items": [*range(100)]})

        assert "MAX_FRAMES" in (await play.ended(task))["message"]
        assert await frames_of(play, task) <= 501


async def test_a_frame_of_many_nodes_counts_more(tmp_path: Path) -> None:
    nodes = [{"id": f"n{n}", "type": "node", "next": [f"n{n + 1}"]} for n in range(24)]
    nodes.append({"id": "n24", "type": "node", "next": ["loopEnd"]})
    document = starting_with(loop("each", nodes, "done", items=ITEMS), end("done"))
    async with playground(tmp_path, settings={"max_frames": "8"}) as play:
        await play.publish(document)

        task = await play.start({"items": [1, 2, 3]})

        assert "MAX_FRAMES" in (await play.ended(task))["message"]


async def test_a_restart_does_not_begin_the_count_anew(tmp_path: Path) -> None:
    settings = {"max_frames": "10"}
    async with playground(tmp_path, settings=settings) as play:
        await play.announce()
        await play.publish(CALLING_TWICE)
        task = await play.start({"items": [*range(6)]})
        await play.called(6)

        async def is_reported() -> bool:
            return (await play.adapters.frames.get(task)).made == 6

        await until(is_reported)
        calls = play.outside.delivered

    async with playground(tmp_path, settings=settings) as play:
        for call in calls:
            await play.report(call, {})

        assert "has made 6" in (await play.ended(task))["message"]
        assert await frames_of(play, task) <= 11


async def test_called_tasks_count_for_the_one_that_began(tmp_path: Path) -> None:
    settings = {"max_frames": "30", "max_call_depth": "100"}
    async with playground(tmp_path, OwnPipelines(), settings=settings) as play:
        await play.publish(calls_itself(2))

        task = await play.start(route="itself")

        status = await play.ended(task)
        assert "MAX_FRAMES" in status["message"]
        called = cast(OwnPipelines, play.outside).started
        assert called

        async def none_runs() -> bool:
            found = [await play.adapters.frames.find(other) for other in called]
            return not any(frame and frame.open for frame in found)

        await until(none_runs)


async def test_the_refusal_of_a_called_task_names_the_setting(tmp_path: Path) -> None:
    settings = {"max_frames": "1"}
    outside = OwnPipelines()
    async with playground(tmp_path, outside, settings=settings) as play:
        await play.publish(calls_itself(1))

        task = await play.start(route="itself")

        assert "MAX_FRAMES" in (await play.ended(task))["message"]
        assert str(TooManyFrames(1)) in (await play.ended(task))["message"]


async def test_called_tasks_wait_while_too_many_are_open(tmp_path: Path) -> None:
    inner = starting_with(service("deep", "done"), end("done"), route="itself")
    outer = calls_itself(2)
    outer["nodes"][0]["api"]["route"] = "outer"
    settings = {"max_open_frames": "1"}
    async with playground(tmp_path, OwnPipelines(), settings=settings) as play:
        await play.announce()
        await play.publish(inner)
        await play.publish(outer)

        task = await play.start(route="outer")
        first = await play.called(1)

        async def one_waits() -> bool:
            waiting = (await play.engine.tasks.status(task))["waiting"]
            return any("MAX_OPEN_FRAMES" in one["for"] for one in waiting)

        await until(one_waits)
        await play.report(first, {})
        await retried(play, 2)
        await play.report(await play.called(2), {})

        assert (await play.ended(task))["status"] == "finished"


async def retried(play: Playground, calls: int) -> None:
    """Time goes by until the service was called so often."""

    async def is_called() -> bool:
        await play.wait(timedelta(seconds=2))
        return len(play.outside.delivered) >= calls

    await until(is_called)
