"""What every PipelineStore promises."""

import asyncio

import pytest
from engine.domain.errors import NotReplaced, RouteTaken, VersionMoved
from engine.ports import (
    ANY_VERSION,
    FROM_FOLDER,
    NO_VERSION,
    Current,
    PipelineStore,
    Published,
)

from .published import LATER, NOON, from_folder, pipeline, published


async def test_what_is_published_is_current(pipelines: PipelineStore) -> None:
    await pipelines.publish(published("blur"))

    assert await pipelines.find("blur") == published("blur")
    assert await pipelines.find("crop") is None


async def test_the_newest_version_is_current(pipelines: PipelineStore) -> None:
    await pipelines.publish(published("blur", "old"))

    await pipelines.publish(published("blur", "new", at=LATER))

    new = published("blur", "new", at=LATER)
    assert await pipelines.find("blur") == new
    [row] = await pipelines.current()
    assert row == Current("blur", new.pipeline.version, "pipeline", LATER)


async def test_the_same_again_changes_nothing(pipelines: PipelineStore) -> None:
    await pipelines.publish(published("blur"))

    await pipelines.publish(published("blur", at=LATER))

    assert await pipelines.find("blur") == published("blur", at=NOON)


async def test_an_earlier_version_can_return(pipelines: PipelineStore) -> None:
    for summary, at in (("a", NOON), ("b", NOON), ("a", LATER)):
        await pipelines.publish(published("blur", summary, at=at))

    assert await pipelines.find("blur") == published("blur", "a", at=LATER)


@pytest.mark.parametrize("owners", [("pipeline", "service"), ("service", "pipeline")])
async def test_a_route_belongs_to_what_made_it_first(
    pipelines: PipelineStore, owners: tuple[str, str]
) -> None:
    first, second = (published("blur", owner=owner) for owner in owners)
    await pipelines.publish(first)

    with pytest.raises(RouteTaken) as refusal:
        await pipelines.publish(second)

    assert (refusal.value.route, refusal.value.owner) == ("blur", owners[0])
    assert await pipelines.find("blur") == first


async def test_a_removed_route_is_free_for_others(pipelines: PipelineStore) -> None:
    await pipelines.publish(published("blur"))

    assert await pipelines.remove("blur") is True
    assert await pipelines.find("blur") is None
    assert await pipelines.remove("blur") is False

    await pipelines.publish(published("blur", owner="service"))
    assert await pipelines.find("blur") == published("blur", owner="service")


async def test_of_two_owners_at_once_one_gets_the_route(
    pipelines: PipelineStore,
) -> None:
    owners = ["pipeline", "service"] * 20
    claims = [published("blur", owner=owner) for owner in owners]

    outcomes = await asyncio.gather(
        *map(pipelines.publish, claims), return_exceptions=True
    )

    refused = {
        claim.owner
        for claim, outcome in zip(claims, outcomes, strict=True)
        if isinstance(outcome, RouteTaken)
    }
    found = await pipelines.find("blur")
    assert found and refused == {"pipeline", "service"} - {found.owner}


async def test_the_owner_of_each_route_is_known(pipelines: PipelineStore) -> None:
    await pipelines.publish(published("blur"))
    await pipelines.publish(published("crop", owner="service"))
    await pipelines.publish(published("gone"))
    await pipelines.remove("gone")

    owners = {row.route: row.owner for row in await pipelines.current()}
    assert owners == {"blur": "pipeline", "crop": "service"}


async def test_all_routes_come_in_their_order(pipelines: PipelineStore) -> None:
    routes = ["crop", "a.b", "blur", "Blur"]
    await asyncio.gather(*(pipelines.publish(published(route)) for route in routes))
    await pipelines.publish(published("blur", "new"))

    assert [p.route for p in await pipelines.current()] == sorted(routes)


async def test_the_folder_replaces_what_it_has_published(
    pipelines: PipelineStore,
) -> None:
    await pipelines.publish(from_folder("old"))

    await pipelines.publish(from_folder("new", at=LATER))

    assert await pipelines.find("blur") == from_folder("new", at=LATER)


@pytest.mark.parametrize("first", ["", FROM_FOLDER])
async def test_the_folder_does_not_replace_what_people_published(
    pipelines: PipelineStore, first: str
) -> None:
    old = Published(pipeline("blur", "old"), "pipeline", NOON, first)
    theirs = published("blur", "theirs", at=LATER)
    await pipelines.publish(old)
    await pipelines.publish(theirs)

    for summary in ("new", "old"):
        with pytest.raises(NotReplaced, match="blur"):
            await pipelines.publish(from_folder(summary))

    assert await pipelines.find("blur") == theirs


async def test_what_people_publish_of_the_folder_is_the_folders_again(
    pipelines: PipelineStore,
) -> None:
    await pipelines.publish(published("blur", "same"))

    await pipelines.publish(from_folder("same", at=LATER))
    await pipelines.publish(from_folder("new", at=LATER))

    assert await pipelines.find("blur") == from_folder("new", at=LATER)


async def test_the_folder_takes_a_route_that_was_removed(
    pipelines: PipelineStore,
) -> None:
    await pipelines.publish(published("blur", "theirs"))
    await pipelines.remove("blur")

    await pipelines.publish(from_folder("new"))

    assert await pipelines.find("blur") == from_folder("new")


async def test_a_version_replaces_the_one_that_was_expected(
    pipelines: PipelineStore,
) -> None:
    old, new = published("blur", "old"), published("blur", "new", at=LATER)
    await pipelines.publish(old, NO_VERSION)

    await pipelines.publish(new, old.pipeline.version)
    await pipelines.publish(published("blur", "newest", at=LATER), ANY_VERSION)

    assert await pipelines.find("blur") == published("blur", "newest", at=LATER)


@pytest.mark.parametrize("expected", ["0123456789abcdef", NO_VERSION])
async def test_a_version_does_not_replace_another_than_the_expected_one(
    pipelines: PipelineStore, expected: str
) -> None:
    current = published("blur", "current")
    await pipelines.publish(current)

    with pytest.raises(VersionMoved) as refusal:
        await pipelines.publish(published("blur", "mine"), expected)

    assert refusal.value.current == current.pipeline.version
    assert await pipelines.find("blur") == current
    with pytest.raises(VersionMoved):
        await pipelines.publish(current, NO_VERSION)


@pytest.mark.parametrize("expected", ["0123456789abcdef", ANY_VERSION])
async def test_a_route_that_is_not_there_is_not_the_expected_version(
    pipelines: PipelineStore, expected: str
) -> None:
    with pytest.raises(VersionMoved) as refusal:
        await pipelines.publish(published("blur"), expected)

    assert refusal.value.current is None
    assert await pipelines.find("blur") is None


async def test_a_repeated_publication_is_not_refused(pipelines: PipelineStore) -> None:
    old, new = published("blur", "old"), published("blur", "new")
    await pipelines.publish(old)

    for _ in range(2):
        await pipelines.publish(new, old.pipeline.version)

    assert await pipelines.find("blur") == new


@pytest.mark.parametrize("first", ["", "old"])
async def test_of_many_who_expect_the_same_one_publishes(
    pipelines: PipelineStore, first: str
) -> None:
    expected = NO_VERSION
    if first:
        await pipelines.publish(published("blur", first))
        expected = pipeline("blur", first).version
    new = [published("blur", f"new {n}") for n in range(20)]

    outcomes = await asyncio.gather(
        *(pipelines.publish(one, expected) for one in new), return_exceptions=True
    )

    [won] = [n for n, outcome in enumerate(outcomes) if outcome is None]
    assert await pipelines.find("blur") == new[won]
    assert sum(isinstance(outcome, VersionMoved) for outcome in outcomes) == 19
    page, _ = await pipelines.versions("blur", None, 99)
    assert len(page) == 1 + bool(first)
