"""What every PipelineStore promises."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from engine.domain.errors import RouteTaken, Unknown
from engine.domain.pipeline import Pipeline
from engine.ports import Current, PipelineStore, Published, Version

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(microseconds=1)


def pipeline(route: str, summary: str = "") -> Pipeline:
    api = {"route": route, "summary": summary, "body": ["image", "areas"]}
    nodes = [
        {"id": "in", "type": "entry", "api": api, "next": ["size"]},
        {"id": "size", "type": "branch", "if": "input.ok", "else": {"next": ["out"]}},
        {"id": "out", "type": "end", "input": {"ü.jpg": "in.out.image"}},
    ]
    return Pipeline.from_json({"type": "pipeline", "nodes": nodes})


def published(
    route: str, summary: str = "", owner: str = "pipeline", at: datetime = NOON
) -> Published:
    return Published(pipeline(route, summary), owner, at)


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


async def test_any_version_stays_readable(pipelines: PipelineStore) -> None:
    old = pipeline("blur", "old")
    new = pipeline("blur", "new")
    await pipelines.publish(Published(old, "pipeline", NOON))
    await pipelines.publish(Published(new, "pipeline", NOON))
    await pipelines.remove("blur")

    assert await pipelines.version("blur", old.version) == old
    assert await pipelines.version("blur", new.version) == new


async def test_a_version_that_never_was_is_unknown(pipelines: PipelineStore) -> None:
    await pipelines.publish(published("blur"))

    with pytest.raises(Unknown, match="blur"):
        await pipelines.version("blur", "other")
    with pytest.raises(Unknown, match="crop"):
        await pipelines.version("crop", pipeline("blur").version)


async def test_a_version_keeps_its_fingerprint(pipelines: PipelineStore) -> None:
    await pipelines.publish(published("blur"))

    found = await pipelines.find("blur")

    assert found and found.pipeline.version == pipeline("blur").version


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


async def all_replaced(pipelines: PipelineStore, limit: int) -> list[str]:
    """The routes and summaries of all replaced versions, read page by page."""
    after: Version | None = None
    found: list[str] = []
    while page := await pipelines.replaced(after, limit):
        assert len(page) <= limit
        for route, version in page:
            kept = await pipelines.version(route, version)
            found.append(f"{route} {kept.entry.api.summary}")
        after = page[-1]
    return sorted(found)


@pytest.mark.parametrize("limit", [1, 2, 100])
async def test_replaced_versions_are_found_page_by_page(
    pipelines: PipelineStore, limit: int
) -> None:
    for route in ("blur", "blur-2", "crop"):
        for summary in ("a", "b", "c"):
            await pipelines.publish(published(route, summary))
    await pipelines.publish(published("crop", "a"))
    await pipelines.remove("blur-2")

    found = await all_replaced(pipelines, limit)

    assert found == [
        *("blur a", "blur b"),
        *("blur-2 a", "blur-2 b", "blur-2 c"),
        *("crop b", "crop c"),
    ]


async def test_a_discarded_version_is_unknown(pipelines: PipelineStore) -> None:
    old = pipeline("blur", "old")
    await pipelines.publish(published("blur", "old"))
    await pipelines.publish(published("blur", "new"))

    await pipelines.discard(Version("blur", old.version))
    await pipelines.discard(Version("blur", "never was"))

    with pytest.raises(Unknown):
        await pipelines.version("blur", old.version)
    await pipelines.publish(published("blur", "old"))
    assert await pipelines.version("blur", old.version) == old


async def test_what_is_current_is_not_discarded(pipelines: PipelineStore) -> None:
    current = pipeline("blur")
    await pipelines.publish(published("blur"))

    await pipelines.discard(Version("blur", current.version))

    assert await pipelines.version("blur", current.version) == current


async def test_what_is_current_can_be_read_whoever_discards_it_meanwhile(
    pipelines: PipelineStore,
) -> None:
    old, new = (pipeline("blur", summary) for summary in ("old", "new"))

    for _ in range(20):
        await asyncio.gather(
            pipelines.publish(published("blur", "new")),
            pipelines.discard(Version("blur", new.version)),
        )
        assert await pipelines.version("blur", new.version) == new
        await asyncio.gather(
            pipelines.discard(Version("blur", old.version)),
            pipelines.publish(published("blur", "old")),
        )
        assert await pipelines.version("blur", old.version) == old


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
