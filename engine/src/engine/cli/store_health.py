"""Says how the stores are that the settings name, and whether SECRET opens theirs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

from engine.adapters.upkeep import sqlite_state
from engine.adapters.upkeep.findings import Finding, Level
from engine.adapters.upkeep.sqlite import FILE
from engine.adapters.upkeep.stores import UpkeepFailed
from engine.cli.backups import documents_of, unreadable_secrets
from engine.domain.errors import EngineError
from engine.settings import Settings

LOOK_SECONDS = 30.0
"""For all questions to one store."""


def stores(settings: Settings) -> Iterator[Finding]:
    """One after the other; one that cannot be reached keeps none from being told."""
    try:
        yield from _documents(settings)
        yield secrets(settings)
    except UpkeepFailed as error:
        yield Finding(Level.WRONG, str(error), error.remedy)

    # Imported when they are chosen: each takes a quarter of a second.
    if settings.s3_url:
        from engine.adapters.upkeep import s3_health

        yield from _asked("S3_URL", settings.s3_url, s3_health.look)
    if settings.nats_url:
        from engine.adapters.upkeep import nats_health

        yield from _asked("NATS_URL", settings.nats_url, nats_health.look)


def secrets(settings: Settings) -> Finding:
    """Whether SECRET is the one under which secrets were stored."""
    closed = unreadable_secrets(settings, documents_of(settings))
    if not closed:
        return Finding(Level.GOOD, "all secrets can be read with this key")
    return Finding(
        Level.WRONG,
        f"{len(closed)} secrets cannot be read with this key: {', '.join(closed)}",
        "set SECRET to what it was, or give what it was as SECRET_OLD; or store these "
        "secrets again",
    )


def _documents(settings: Settings) -> Iterator[Finding]:
    if not settings.mongo_url:
        yield from sqlite_state.look(settings.data_dir / FILE)
        return

    from engine.adapters.upkeep import mongo_health

    yield from mongo_health.look(settings.mongo_url)


def _asked(
    variable: str, url: str, look: Callable[[str], AsyncIterator[Finding]]
) -> list[Finding]:
    """What a store says; what it said before it failed is told too."""
    found: list[Finding] = []

    async def ask() -> None:
        async with asyncio.timeout(LOOK_SECONDS):
            async for finding in look(url):
                found.append(finding)

    try:
        asyncio.run(ask())
    except TimeoutError:
        found.append(_away(variable, "it does not answer in time"))
    except EngineError as error:
        found.append(_away(variable, str(error)))
    except ValueError as error:
        found.append(
            Finding(Level.WRONG, f"{variable}: {error}", f"correct {variable}")
        )
    return found


def _away(variable: str, why: str) -> Finding:
    return Finding(
        Level.WRONG,
        f"{variable}: {why}",
        f"start it, or correct its address: {variable}",
    )
