"""What every ServiceStore promises."""

import asyncio
from datetime import UTC, datetime, timedelta

from engine.domain.pipeline import Api
from engine.domain.service import Instance
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
    instance = Instance("blur", HERE, NOON)

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
