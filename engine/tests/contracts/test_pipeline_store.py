"""What every PipelineStore promises."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from engine.domain.errors import (
    InvalidInput,
    NotReplaced,
    RouteTaken,
    Unknown,
    VersionMoved,
)
from engine.domain.pipeline import Pipeline
from engine.ports import (
    ANY_VERSION,
    FROM_FOLDER,
    NO_VERSION,
    Current,
    Kept,
    KeptVersion,
    PipelineStore,
    Published,
    Version,
)

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


def from_folder(summary: str = "", at: datetime = NOON) -> Published:
    return Published(pipeline("blur", summary), "pipeline", at, FROM_FOLDER)


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


async def all_versions(pipelines: PipelineStore, limit: int) -> list[KeptVersion]:
    found: list[KeptVersion] = []
    cursor: str | None = None
    while True:
        page, cursor = await pipelines.versions("blur", cursor, limit)
        found += page
        if cursor is None:
            return found
        assert len(page) == limit


@pytest.mark.parametrize("limit", [1, 2, 4, 100])
async def test_published_versions_are_listed_the_last_one_first(
    pipelines: PipelineStore, limit: int
) -> None:
    instants = [NOON, LATER, LATER, LATER + timedelta(hours=1)]
    for n, at in enumerate(instants):
        await pipelines.publish(published("blur", str(n), at=at))
    await pipelines.publish(published("blur-2"))
    await pipelines.keep(Kept(pipeline("blur", "tried"), was_published=False))

    found = await all_versions(pipelines, limit)

    ids = [pipeline("blur", str(n)).version for n in range(4)]
    assert [row.version for row in found] == [ids[3], *sorted(ids[1:3])[::-1], ids[0]]
    assert found[0] == KeptVersion(ids[3], instants[3], "")


async def test_a_version_that_is_published_again_is_the_first(
    pipelines: PipelineStore,
) -> None:
    await pipelines.publish(from_folder("a"))
    await pipelines.publish(published("blur", "b", at=LATER))
    again = LATER + timedelta(hours=1)

    await pipelines.publish(published("blur", "a", at=again))

    a, b = (pipeline("blur", summary).version for summary in "ab")
    rows, _ = await pipelines.versions("blur", None, 9)
    assert rows == [KeptVersion(a, again, ""), KeptVersion(b, LATER, "")]


@pytest.mark.parametrize(
    ("one", "who"),
    [
        (published("blur"), ""),
        (published("blur", owner="service"), "service"),
        (Published(pipeline("blur"), "pipeline", NOON, FROM_FOLDER), "folder"),
    ],
)
async def test_it_is_known_who_published_a_version(
    pipelines: PipelineStore, one: Published, who: str
) -> None:
    await pipelines.publish(one)

    [row], _ = await pipelines.versions("blur", None, 9)
    kept = await pipelines.kept(Version("blur", row.version))

    assert (row.published_by, row.published_at) == (who, NOON)
    assert kept == Kept(one.pipeline, True, NOON, who)


async def test_a_cursor_that_no_page_gave_is_refused(pipelines: PipelineStore) -> None:
    with pytest.raises(InvalidInput):
        await pipelines.versions("blur", "forged", 9)


async def test_a_kept_version_is_readable_and_not_current(
    pipelines: PipelineStore,
) -> None:
    tried = Kept(pipeline("blur", "tried"), was_published=False)
    await pipelines.publish(published("blur"))

    await pipelines.keep(tried)
    await pipelines.keep(tried)

    assert await pipelines.find("blur") == published("blur")
    assert await pipelines.kept(tried.name) == tried
    assert await pipelines.version(*tried.name) == tried.pipeline
    assert await pipelines.replaced(None, 9) == [tried.name]
    assert await pipelines.tried() == 1


async def test_a_kept_version_can_be_published(pipelines: PipelineStore) -> None:
    tried = Kept(pipeline("blur"), was_published=False)
    await pipelines.keep(tried)

    await pipelines.publish(published("blur"))
    await pipelines.keep(tried)

    assert (await pipelines.kept(tried.name)).was_published
    assert await pipelines.tried() == 0


async def test_a_published_version_can_be_put_back(pipelines: PipelineStore) -> None:
    await pipelines.publish(published("blur", "old"))
    await pipelines.publish(published("blur", "new", at=LATER))
    old = await pipelines.kept(Version("blur", pipeline("blur", "old").version))
    before = await pipelines.versions("blur", None, 9)
    await pipelines.discard(old.name)

    await pipelines.keep(old)

    assert await pipelines.versions("blur", None, 9) == before
    assert await pipelines.kept(old.name) == old
