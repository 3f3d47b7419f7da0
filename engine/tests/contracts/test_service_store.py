"""What every ServiceStore promises."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from engine.domain.entry_api import Api
from engine.domain.service import Heard, Instance
from engine.ports import ServiceStore

NOON = datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HERE = "http://127.0.0.1:1/blur"
THERE = "http://127.0.0.1:2/blur"


async def announce(services: ServiceStore, *instances: Instance) -> None:
    await asyncio.gather(
        *(services.announce(one, Api(route=one.route)) for one in instances)
    )


async def test_an_announced_instance_is_found(services: ServiceStore) -> None:
    instance = Instance("blur", HERE, NOON, workers=3)

    await announce(services, instance)

    assert await services.find("blur") == [instance]
    assert await services.find("crop") == []


async def test_hearing_again_makes_it_younger_not_more(services: ServiceStore) -> None:
    await announce(services, Instance("blur", HERE, NOON))

    await announce(services, Instance("blur", HERE, NOON + SECOND))

    assert await services.find("blur") == [Instance("blur", HERE, NOON + SECOND)]


async def test_an_announcement_that_was_held_up_makes_nothing_older(
    services: ServiceStore,
) -> None:
    await announce(services, Instance("blur", HERE, NOON))

    await announce(services, Instance("blur", HERE, NOON - SECOND))

    assert await services.find("blur") == [Instance("blur", HERE, NOON)]


async def test_instances_come_by_route_and_url(services: ServiceStore) -> None:
    known = [Instance("blur", HERE, NOON), Instance("blur", THERE, NOON - 99 * SECOND)]
    crop = Instance("crop", HERE, NOON)

    await announce(services, crop, *reversed(known))

    assert await services.find("blur") == known
    assert await services.all() == [*known, crop]


async def test_the_routes_that_were_heard_of_lately(services: ServiceStore) -> None:
    later = NOON + SECOND
    await announce(
        services,
        Instance("blur", HERE, NOON),
        Instance("blur", THERE, later),
        Instance("blur-more", HERE, later),
        Instance("crop", HERE, NOON),
    )

    lately = {"blur": Heard(1, later), "blur-more": Heard(1, later)}
    assert await services.heard(NOON) == lately
    assert await services.heard(later) == {}
    assert await services.heard() == lately | {
        "blur": Heard(2, later),
        "crop": Heard(1, NOON),
    }


async def test_a_removed_route_has_no_instances(services: ServiceStore) -> None:
    crop = Instance("crop", HERE, NOON)
    await announce(services, Instance("blur", HERE, NOON), crop)
    await announce(services, Instance("blur", THERE, NOON))

    assert await services.remove("blur") is True
    assert await services.remove("blur") is False
    assert await services.all() == [crop]


async def test_who_was_not_heard_of_for_long_is_forgotten(
    services: ServiceStore,
) -> None:
    silent = Instance("blur", HERE, NOON - SECOND)
    heard = Instance("a", THERE, NOON)
    await announce(services, silent, heard)

    await services.forget(NOON)

    assert await services.all() == [heard]


async def test_one_route_alone_can_be_forgotten(services: ServiceStore) -> None:
    others = Instance("blur-2", HERE, NOON - SECOND)
    heard = Instance("blur", THERE, NOON)
    await announce(services, Instance("blur", HERE, NOON - SECOND), heard, others)

    await services.forget(NOON, "blur")

    assert await services.all() == [heard, others]


async def starts(services: ServiceStore, *names: str, url: str = HERE) -> Instance:
    """The instance after announcements of these processes, a second apart."""
    for number, name in enumerate(names):
        heard = Instance("blur", url, NOON + number * SECOND)
        await services.announce(heard, Api(route="blur"), name)
    (found,) = [one for one in await services.find("blur") if one.url == url]
    assert found in await services.all()
    return found


async def test_another_process_at_an_address_is_a_restart(
    services: ServiceStore,
) -> None:
    first = await starts(services, "a", "a")
    other = await starts(services, "$b", "$b", url=THERE)
    again = await starts(services, "a", "a", "$c", "$c")

    assert (first.restarted_at, other.restarted_at) == (None, None)
    assert again == Instance("blur", HERE, NOON + 3 * SECOND, NOON + 2 * SECOND)


async def test_who_was_heard_before_has_not_just_begun(services: ServiceStore) -> None:
    # Two processes share an address, or an announcement was held up on its way.
    found = await starts(services, "a", "b", "a", "b", "a")

    assert found.restarted_at == NOON + SECOND


async def test_without_a_name_nothing_is_known_of_a_restart(
    services: ServiceStore,
) -> None:
    unnamed = await starts(services, "", "", "a", "")
    assert unnamed.restarted_at is None

    named = await starts(services, "", "b")
    assert named.restarted_at == NOON + SECOND


async def test_the_last_restart_at_each_address_is_told(
    services: ServiceStore,
) -> None:
    await starts(services, "a")
    await starts(services, "b", "c", "d", url=THERE)
    shared = Instance("crop", THERE, NOON + 9 * SECOND)
    await services.announce(shared, Api(route="crop"), "b")
    await services.announce(shared, Api(route="crop"), "c")

    assert await services.restarts(NOON) == {THERE: NOON + 9 * SECOND}
    assert await services.restarts(NOON + 9 * SECOND) == {}


async def test_many_restarts_are_each_one(services: ServiceStore) -> None:
    names = [f"process {number}" for number in range(20)]

    found = await starts(services, *names)

    assert found.restarted_at == NOON + 19 * SECOND


async def test_a_process_that_leaves_is_still_there_but_offers_nothing(
    services: ServiceStore,
) -> None:
    await starts(services, "a")
    stays = Instance("blur", THERE, NOON)
    await announce(services, stays, Instance("crop", HERE, NOON))

    assert await services.leave("blur", HERE, "a", NOON + SECOND) is True

    left = Instance("blur", HERE, NOON + SECOND, leaves=True)
    assert await services.find("blur") == [left, stays]
    assert await services.all() == [left, stays, Instance("crop", HERE, NOON)]
    assert await services.heard() == {
        "blur": Heard(1, NOON + SECOND),
        "crop": Heard(1, NOON),
    }
    await services.leave("blur", HERE, "a", NOON)
    assert await services.find("blur") == [left, stays]


async def test_a_route_that_all_have_left_is_still_heard_of(
    services: ServiceStore,
) -> None:
    await starts(services, "$a")

    assert await services.leave("blur", HERE, "$a", NOON) is True

    assert await services.heard() == {"blur": Heard(0, NOON)}


@pytest.mark.parametrize("start", ["a", "c", "", "$left_by"])
async def test_only_the_process_that_began_last_can_leave(
    services: ServiceStore, start: str
) -> None:
    before = await starts(services, "a", "b")

    assert await services.leave("blur", HERE, start, NOON + 9 * SECOND) is False
    assert await services.leave("blur", THERE, "b", NOON) is False
    assert await services.leave("crop", HERE, "b", NOON) is False

    assert await services.all() == [before]


async def test_who_announced_itself_without_a_name_cannot_leave(
    services: ServiceStore,
) -> None:
    before = await starts(services, "")

    assert await services.leave("blur", HERE, "", NOON) is False

    assert await services.all() == [before]


async def test_an_announcement_that_was_held_up_does_not_bring_back_who_left(
    services: ServiceStore,
) -> None:
    await starts(services, "a", "b")
    await services.leave("blur", HERE, "b", NOON + 2 * SECOND)

    found = await starts(services, "b")

    assert found.leaves
    assert found.heard_at == NOON + 2 * SECOND


@pytest.mark.parametrize("follower", ["b", ""])
async def test_another_process_at_the_address_takes_work_again(
    services: ServiceStore, follower: str
) -> None:
    await starts(services, "a")
    await services.leave("blur", HERE, "a", NOON)

    found = await starts(services, follower)

    assert not found.leaves
    assert await services.heard() == {"blur": Heard(1, NOON)}
    # A late word of the one before does not put it out.
    assert await services.leave("blur", HERE, "a", NOON) is (follower == "")


async def test_who_stays_at_a_shared_address_speaks_for_it(
    services: ServiceStore,
) -> None:
    await starts(services, "a", "b")
    await services.leave("blur", HERE, "b", NOON + SECOND)

    stays = await starts(services, "a")

    assert (stays.leaves, stays.restarted_at) == (False, NOON + SECOND)
    assert await services.leave("blur", HERE, "b", NOON) is False
    assert await services.leave("blur", HERE, "a", NOON) is True
