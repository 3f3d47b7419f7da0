"""What every PipelineStore promises of versions, published ones and tried ones."""

import asyncio
from datetime import timedelta

import pytest
from engine.domain.errors import InvalidInput, Unknown
from engine.ports import (
    FROM_FOLDER,
    Kept,
    KeptVersion,
    PipelineStore,
    Published,
    Version,
)

from .published import LATER, NOON, from_folder, pipeline, published


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
