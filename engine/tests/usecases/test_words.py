"""What pipelines say, on a real engine: caught failures and delays are durable."""

from datetime import timedelta
from pathlib import Path

from documents import end, loop, node, service, starting_with
from engine.domain.values import Json
from playground import HandClock, OwnPipelines, PlayedOutside, Playground, playground

CATCH = starting_with(
    service("call", "done", catch=["mend"]),
    node("mend", "done", after="node.out['why'] = call.error.message"),
    end("done"),
)
DELAY = starting_with(
    node("first", "call"), service("call", "done", delay="10m"), end("done")
)


async def fail(play: Playground, times: int, message: str) -> None:
    """The service says in its call number `times` that it failed."""
    callbacks = play.engine.callbacks
    delivery = await play.called(times)
    callback = await callbacks.attempt(delivery.query["task_id"])
    await callbacks.fail(callback, message, retryable=False)


async def test_a_caught_failure_is_shown_and_the_task_finishes(
    play: Playground,
) -> None:
    await play.announce()
    await play.publish(CATCH)
    task = await play.start()

    await fail(play, 1, "no face")

    status = await play.ended(task)
    raw = await play.engine.tasks.raw(task)
    assert (status["status"], status["failed"]) == ("finished", None)
    assert [(run["node"], run["message"]) for run in status["caught"]] == [
        ("call", "no face")
    ]
    assert status["progress"]["done"] == status["progress"]["total"]
    assert (raw["runs"]["call"]["status"], raw["runs"]["call"]["caught"]) == (
        "failed",
        True,
    )
    assert (await play.engine.tasks.outputs(task))["why"] == "no face"


async def test_a_called_pipeline_that_fails_is_caught(tmp_path: Path) -> None:
    inner = starting_with(service("deep", "done"), end("done"), route="inner")
    outer = starting_with(
        service("call", "done", service="inner", catch=["done"]),
        end("done"),
        route="outer",
    )
    async with playground(tmp_path, OwnPipelines()) as play:
        await play.announce()
        for document in (inner, outer):
            await play.publish(document)

        task = await play.start(route="outer")
        await fail(play, 1, "no face")
        await play.ended(task)

        outputs = await play.engine.tasks.outputs(task)
        assert outputs["error"]["message"] == "node deep: no face"


async def test_large_lists_with_files_are_collected(play: Playground) -> None:
    body = [node("x", "loopEnd", input={"v": "node._loop"})]
    collecting = loop(
        "each", body, "done", items="start.out.items", collect={"all": ["x.out.v"]}
    )
    await play.publish(starting_with(collecting, end("done")))
    draft = await play.engine.tasks.draft("tried")

    async def content():  # type: ignore[no-untyped-def] # a few bytes
        yield b"abc"

    stored = await play.engine.tasks.store_blob(
        draft.task, content(), "image/png", "a.png"
    )
    blob = stored.to_json()
    items: Json = ["x" * 20_000, blob, *range(300)]
    await play.engine.tasks.start(draft, {"items": items})

    await play.ended(draft.task)
    assert (await play.engine.tasks.outputs(draft.task))["all"] == items


async def test_a_delay_outlives_the_engine(tmp_path: Path) -> None:
    clock = HandClock()
    outside = PlayedOutside()
    async with playground(tmp_path, outside, clock) as play:
        await play.announce()
        await play.publish(DELAY)
        task = await play.start()
        waiting = await play.waiting(task)

    async with playground(tmp_path, outside, clock) as play:
        await play.wait(timedelta(minutes=9))
        await play.announce()
        still = await play.waiting(task)
        await play.wait(timedelta(minutes=1))
        delivery = await play.called(1)
        await play.report(delivery, {"k": 1})
        ended = await play.ended(task)

    assert (waiting["status"], waiting["for"]) == (
        "waiting",
        "its delay, until 2026-01-01T12:10:00+00:00",
    )
    assert still == waiting
    assert ended["status"] == "finished"
    assert len(outside.delivered) == 1


async def test_an_http_node_asks_with_values_and_in_its_own_way(
    play: Playground,
) -> None:
    ask = node(
        "ask",
        "done",
        kind="http",
        verb="POST",
        url="http://api/users/{start.out.id}",
        query={"page": {"from": "start.out.page", "default": None}, "tags": ["a", "b"]},
        headers={"Accept": "text/html", "X-Id": "start.out.id"},
        send="form",
        answer="full",
    )
    await play.publish(starting_with(ask, end("done")))

    task = await play.start({"id": "a/b"})
    await play.ended(task)

    [request] = play.outside.requested
    assert request.url == "http://api/users/a%2Fb"
    assert request.query == {"tags": ["a", "b"]}
    assert request.headers == {"Accept": "text/html", "X-Id": "a/b"}
    assert (request.send, request.full) == ("form", True)


async def test_what_code_printed_is_shown(play: Playground) -> None:
    printing = node("a", "done", after="print('seen', input)\nnode.out['x'] = 1")
    await play.publish(starting_with(printing, end("done")))

    task = await play.start({"k": 1})
    await play.ended(task)

    raw = await play.engine.tasks.raw(task)
    assert raw["runs"]["a"]["printed"] == "seen {'k': 1}\n"
