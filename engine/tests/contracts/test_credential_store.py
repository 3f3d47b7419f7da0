"""What every CredentialStore promises."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from engine.domain.access.credentials import Credential, Kind, digest_of
from engine.domain.access.roles import TokenScope
from engine.ports.access import CredentialStore

NOON = datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)


def credential(name: str, kind: Kind = Kind.SESSION, hours: int = 1) -> Credential:
    return Credential(
        digest=digest_of(name),
        id=name,
        kind=kind,
        person="ada",
        label="a browser; “$”",
        scopes=frozenset({TokenScope.READ, TokenScope.RUN}),
        announces=("face-*",),
        created_at=NOON,
        expires_at=NOON + hours * HOUR,
        idle=HOUR,
        used_at=NOON,
        used_from="::1",
        provider_session="s-1",
        id_token="sealed",
        confirms="a digest",
    )


async def test_a_credential_is_found_by_its_digest(
    credentials: CredentialStore,
) -> None:
    await credentials.add(credential("a"))

    assert await credentials.find(digest_of("a")) == credential("a")
    assert await credentials.find(digest_of("b")) is None


async def test_those_of_a_person_come_by_kind_the_oldest_first(
    credentials: CredentialStore,
) -> None:
    for name, age in (("new", 0), ("old", 2), ("middle", 1)):
        at = NOON - age * HOUR
        await credentials.add(replace(credential(name), created_at=at))
    await credentials.add(credential("token", Kind.TOKEN))
    await credentials.add(replace(credential("of another"), person="bob"))

    found = await credentials.of_person("ada", Kind.SESSION)

    assert [one.id for one in found] == ["old", "middle", "new"]
    (token,) = await credentials.of_person("ada", Kind.TOKEN)
    assert token.id == "token"


async def test_a_use_is_noted(credentials: CredentialStore) -> None:
    await credentials.add(credential("a"))
    used = replace(credential("a"), used_at=NOON + HOUR, used_from="10.0.0.1")

    await credentials.used(used)

    assert await credentials.find(digest_of("a")) == used


async def test_a_use_brings_back_none_that_was_removed(
    credentials: CredentialStore,
) -> None:
    await credentials.add(credential("a"))
    await credentials.remove(digest_of("a"))

    await credentials.used(credential("a"))

    assert await credentials.find(digest_of("a")) is None


async def test_of_several_who_remove_one_is_told_that_it_did(
    credentials: CredentialStore,
) -> None:
    await credentials.add(credential("a"))

    done = await asyncio.gather(*(credentials.remove(digest_of("a")) for _ in range(5)))

    assert sorted(done) == [False] * 4 + [True]
    assert await credentials.of_person("ada", Kind.SESSION) == []


async def test_those_that_expired_before_are_forgotten(
    credentials: CredentialStore,
) -> None:
    for hours in (1, 2, 3):
        await credentials.add(credential(str(hours), hours=hours))

    await credentials.forget(NOON + 2 * HOUR)

    left = await credentials.of_person("ada", Kind.SESSION)
    assert sorted(one.id for one in left) == ["2", "3"]


async def test_of_several_who_add_the_same_one_wins(
    credentials: CredentialStore,
) -> None:
    won = await asyncio.gather(
        *(credentials.add(credential("a", Kind.STATE)) for _ in range(5))
    )

    assert sorted(won) == [False] * 4 + [True]
    assert await credentials.find(digest_of("a")) == credential("a", Kind.STATE)
