"""Announcements, spreading of work, and services that go away."""

from datetime import timedelta
from pathlib import Path

import pytest
from documents import SERIES, end, loop, service, starting_with
from engine.domain.entry_api import Api
from engine.domain.errors import (
    AddressRefused,
    InvalidPipeline,
    NoRoom,
    OutdatedAttempt,
    RouteTaken,
    Unknown,
)
from engine.domain.frame import FramePath
from engine.domain.messages import TimeElapsed
from engine.ports import Answered, Published, Refused
from playground import URL, Playground, playground


def name(published: Published) -> bytes:
    """The shortest piece of a list."""
    return published.route.encode()


async def test_an_announced_operation_can_be_called_at_once(play: Playground) -> None:
    await play.announce("shout")

    task = await play.start({"text": "hello"}, "shout")
    await play.report(await play.called(1), {"text": "HELLO"})

    assert (await play.ended(task))["status"] == "finished"
    assert await play.engine.tasks.outputs(task) == {"text": "HELLO"}


async def test_a_service_not_heard_of_for_long_is_gone(play: Playground) -> None:
    await play.announce("shout")
    play.clock.now += timedelta(seconds=91)

    assert await play.engine.pipelines.live(name) == []
    assert (await play.engine.pipelines.page(name))[0] == [
        ("shout", b"shout", ("shout",))
    ]
    with pytest.raises(Unknown, match="there is no route “shout”"):
        await play.start({}, "shout")
    await play.announce("shout")
    assert len(await play.engine.pipelines.live(name)) == 1
    assert (await play.engine.pipelines.page(name))[0] == [("shout", b"shout", ())]


async def test_a_pipeline_names_the_services_that_nobody_announces(
    play: Playground,
) -> None:
    body = [service("crop", "loopEnd", service="crop")]
    await play.publish(starting_with(loop("each", body, "end"), end()))
    outer = starting_with(
        service("a", "b", service="tried"),
        service("b", "end", service="blur"),
        end(),
        route="outer",
    )
    await play.publish(outer)

    alone = (await play.engine.pipelines.page(name))[0]
    await play.announce("blur")
    await play.announce("crop")
    together = (await play.engine.pipelines.page(name))[0]

    assert alone == [
        ("outer", b"outer", ("blur", "crop")),
        ("tried", b"tried", ("crop",)),
    ]
    assert [row.missing for row in together] == [(), (), (), ()]
    assert (await play.engine.pipelines.get("outer"))["missing"] == ()


async def test_work_is_spread_over_the_instances(play: Playground) -> None:
    await play.announce(url="http://one/work")
    await play.announce(url="http://two/work")
    await play.publish(SERIES)

    for _ in range(4):
        await play.start()
    await play.called(4)

    urls = sorted(delivery.url for delivery in play.outside.delivered)
    assert urls == ["http://one/work"] * 2 + ["http://two/work"] * 2


async def test_an_instance_that_could_not_be_called_is_avoided_for_a_while(
    play: Playground,
) -> None:
    services = play.engine.services
    await play.announce(url="http://one/work")
    await play.announce(url="http://two/work")

    services.avoid("http://one/work")
    while_avoided = {(await services.pick("work")) for _ in range(4)}
    services.avoid("http://two/work")
    when_all_are = {(await services.pick("work")) for _ in range(4)}
    play.clock.now += timedelta(seconds=16)
    later = {(await services.pick("work")) for _ in range(4)}

    assert {instance.url for instance in while_avoided if instance} == {
        "http://two/work"
    }
    assert len(when_all_are) == len(later) == 2


async def test_a_node_waits_visibly_for_a_service_that_is_not_there(
    play: Playground,
) -> None:
    await play.publish(SERIES)
    task = await play.start()

    waiting = await play.waiting(task)
    await play.announce()
    await play.wait(timedelta(seconds=2))

    assert waiting["for"] == "no service announces “work” now"
    assert (await play.called(1)).url == URL


async def test_work_of_a_service_that_was_started_anew_is_given_out_at_once(
    play: Playground,
) -> None:
    await play.announce(start="a")
    await play.publish(SERIES)
    task = await play.start()
    lost = await play.called(1)
    await play.waiting(task)

    play.clock.now += timedelta(seconds=1)
    await play.announce(start="b")
    await play.engine.timers.wake()
    again = await play.called(2)
    with pytest.raises(OutdatedAttempt):
        await play.report(lost, {"late": 1})
    await play.report(again, {"x": 1})

    assert (await play.ended(task))["status"] == "finished"
    assert await play.engine.tasks.outputs(task) == {"x": 1}


async def test_a_restart_is_found_without_the_memory_of_what_was_given(
    play: Playground,
) -> None:
    await play.announce(start="a")
    await play.publish(SERIES)
    task = await play.start()
    await play.called(1)
    await play.waiting(task)
    play.clock.now += timedelta(seconds=1)
    await play.announce(start="b")

    # As by another replica, when the run is looked at the next time.
    services = play.engine.services
    lost = TimeElapsed(await services.gone(), await services.restarts())
    await play.engine.inbox.post(FramePath(task), lost)

    assert (await play.called(2)).url == URL


async def test_work_of_a_service_that_stopped_announcing_goes_to_another(
    play: Playground,
) -> None:
    await play.announce(url="http://one/work")
    await play.publish(SERIES)
    task = await play.start()
    await play.called(1)
    await play.waiting(task)

    for _ in range(4):
        play.clock.now += timedelta(seconds=30)
        await play.announce(url="http://two/work")
        await play.engine.timers.wake()
    await play.wait(timedelta(seconds=2))

    assert (await play.called(2)).url == "http://two/work"


async def test_a_route_belongs_to_what_made_it_first(play: Playground) -> None:
    await play.announce("tried")
    with pytest.raises(RouteTaken, match="belongs to a service"):
        await play.publish(SERIES)

    await play.publish(starting_with(end("done"), route="mine"))
    with pytest.raises(RouteTaken, match="belongs to a pipeline"):
        await play.announce("mine")


async def test_a_pipeline_may_take_the_route_of_a_service_that_is_gone(
    play: Playground,
) -> None:
    await play.announce("tried")
    play.clock.now += timedelta(seconds=91)

    await play.publish(SERIES)

    assert (await play.engine.pipelines.get("tried"))["type"] == "pipeline"


async def test_a_service_at_a_forbidden_address_is_refused(play: Playground) -> None:
    with pytest.raises(AddressRefused):
        await play.announce(url="http://forbidden")

    assert (await play.engine.pipelines.page(name))[0] == []


async def test_a_pipeline_can_call_another_by_its_route(play: Playground) -> None:
    await play.publish(starting_with(end("done"), route="inner"))
    await play.publish(
        starting_with(service("call", "done", service="inner"), end("done"))
    )

    await play.start()

    delivery = await play.called(1)
    assert delivery.url.endswith("/services/inner")
    assert delivery.headers["X-Marketplace-Depth"] == "1"


async def test_running_tasks_keep_the_version_they_began_with(play: Playground) -> None:
    await play.announce()
    await play.publish(SERIES)
    task = await play.start()
    delivery = await play.called(1)

    await play.publish(starting_with(service("other", "done"), end("done")))
    await play.engine.pipelines.remove("tried")
    await play.report(delivery, {"old": True})

    assert (await play.ended(task))["status"] == "finished"


async def test_a_removed_service_that_still_announces_comes_back(
    play: Playground,
) -> None:
    await play.announce()
    await play.engine.pipelines.remove("work")
    with pytest.raises(Unknown):
        await play.engine.pipelines.get("work")

    await play.announce()

    assert (await play.engine.pipelines.get("work"))["instances"][0]["alive"] is True


async def test_what_is_not_there_cannot_be_removed(play: Playground) -> None:
    with pytest.raises(Unknown):
        await play.engine.pipelines.remove("nothing")


async def test_a_broken_pipeline_is_not_published(play: Playground) -> None:
    document = starting_with(service("first", "nowhere"), end("done"))

    with pytest.raises(InvalidPipeline):
        await play.publish(document)

    assert await play.engine.pipelines.check(document)
    assert (await play.engine.pipelines.page(name))[0] == []


HTTP = {"id": "ask", "type": "http", "url": "http://api/x", "next": ["done"]}


async def test_an_http_node_ends_with_its_answer(play: Playground) -> None:
    await play.publish(
        starting_with({**HTTP, "query": {"deep": True, "n": 1}}, end("done"))
    )

    task = await play.start({"q": "faces"})

    assert (await play.ended(task))["status"] == "finished"
    assert await play.engine.tasks.outputs(task) == {"status": "fine"}
    request = play.outside.requested[0]
    assert (request.verb, request.payload) == ("GET", {"q": "faces"})
    assert request.query == {"deep": "true", "n": "1"}


async def test_an_http_node_is_tried_again(play: Playground) -> None:
    play.outside.result = Refused("answered 500")
    await play.publish(starting_with({**HTTP, "retry": 1}, end("done")))
    task = await play.start()
    await play.waiting(task)

    await play.wait(timedelta(seconds=2))

    ended = await play.ended(task)
    assert ended["message"] == "node ask: answered 500 (tried 2 times)"
    play.outside.result = Answered({})


async def test_the_api_of_a_service_may_change(play: Playground) -> None:
    await play.announce()
    before = await play.engine.pipelines.get("work")

    await play.engine.services.announce(URL, Api(route="work", summary="better"))

    after = await play.engine.pipelines.get("work")
    assert after["summary"] == "better"
    assert after["version"] != before["version"]


async def routes(play: Playground) -> list[str]:
    return [row.route for row in await play.adapters.pipelines.current()]


async def test_a_service_has_only_so_many_instances(tmp_path: Path) -> None:
    async with playground(tmp_path, settings={"max_instances": "2"}) as play:
        await play.announce(url="http://one/work")
        await play.announce(url="http://two/work")

        with pytest.raises(NoRoom, match=r"2 instances of work .*MAX_INSTANCES"):
            await play.announce(url="http://three/work")
        await play.announce(url="http://two/work")

        # Those that are gone give their places to others.
        play.clock.now += timedelta(seconds=91)
        await play.announce(url="http://three/work")
        assert [i.url for i in await play.adapters.services.find("work")] == [
            "http://three/work"
        ]


async def test_there_are_only_so_many_routes(tmp_path: Path) -> None:
    async with playground(tmp_path, settings={"max_routes": "2"}) as play:
        await play.announce("shout")
        await play.publish(starting_with(end("done"), route="one"))

        with pytest.raises(NoRoom, match=r"2 routes .*MAX_ROUTES.*DELETE"):
            await play.publish(starting_with(end("done"), route="two"))
        with pytest.raises(NoRoom, match="MAX_ROUTES"):
            await play.announce("whisper")
        await play.publish(starting_with(end("ended"), route="one"))

        # A service that is gone gives its route to others.
        play.clock.now += timedelta(seconds=91)
        await play.publish(starting_with(end("done"), route="two"))
        assert await routes(play) == ["one", "two"]


async def test_the_route_of_a_forgotten_service_is_removed(play: Playground) -> None:
    await play.announce("shout")
    await play.publish(SERIES)

    play.clock.now += timedelta(days=2)
    await play.engine.timers.sweep()

    assert await routes(play) == ["tried"]


async def test_a_route_whose_service_is_just_being_stored_is_kept(
    play: Playground,
) -> None:
    await play.announce("shout")
    await play.adapters.services.remove("shout")

    await play.engine.timers.sweep()

    assert await routes(play) == ["shout"]
