"""A terminal that signs in, and those who try to take its place.

Each test has two replicas, which share the store of credentials and nothing else.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from databases import on_databases
from engine.adapters.mongo.credentials import MongoCredentialStore
from engine.adapters.sqlite.credentials import SqliteCredentialStore
from engine.domain.access.confirming import CONFIRMED_WITHIN
from engine.domain.access.credentials import Kind
from engine.domain.access.errors import NoSuchCode, NotConfirmed, TooManyCodes
from engine.domain.access.roles import ALL_SCOPES, ANY_ROUTE, Principal, TokenScope
from engine.usecases.access import device_logins as module
from engine.usecases.access.credentials import Credentials, Issued
from engine.usecases.access.device_logins import (
    FREE_WRONG_CODES,
    MAX_WAITING,
    MAX_WAITING_OF_ADDRESS,
    Begun,
    DeviceLogins,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ADA = Principal(id="ada", name="ada")
EVE = Principal(id="eve", name="eve")
ROOT = Principal(id="root", name="root", is_administrator=True, announces=ANY_ROUTE)
WRONG = "ZZZZ-ZZZZ"


class Replicas:
    """Two, at the same time of day."""

    def __init__(self, store: Any) -> None:
        self.now = NOON
        self.store = store
        self.one, self.two = (self._made() for _ in range(2))

    def _made(self) -> DeviceLogins:
        nobody: Any = None
        credentials = Credentials(
            store=self.store,
            people=nobody,
            groups=nobody,
            service_token="",
            clock=lambda: self.now,
        )
        return DeviceLogins(
            store=self.store, credentials=credentials, clock=lambda: self.now
        )

    async def begun(self, **changed: Any) -> Begun:
        """A terminal that waits, at the first replica."""
        asked = {"scopes": ALL_SCOPES, "address": "::1", **changed}
        return await self.one.begin("ada's laptop", **asked)


@pytest.fixture(params=on_databases(SqliteCredentialStore, MongoCredentialStore))
async def replicas(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Replicas]:
    async with request.param(tmp_path) as store:
        yield Replicas(store)


async def test_a_terminal_gets_a_token_of_who_confirms_its_code(
    replicas: Replicas,
) -> None:
    begun = await replicas.begun()
    before = await replicas.two.redeem(begun.secret, address="::1")

    seen = await replicas.two.look(begun.code, ADA)
    await replicas.two.decide(
        f" {begun.code.lower()[:4]} {begun.code[4:]}", ADA, allow=True
    )
    issued = await replicas.one.redeem(begun.secret, address="::2")

    assert before is None
    assert (seen.machine, seen.address) == ("adas laptop", "::1")
    assert issued is not None
    token = issued.credential
    assert (token.kind, token.person, token.label) == (
        Kind.TOKEN,
        "ada",
        "login on adas laptop",
    )
    assert token.scopes == seen.scopes == ALL_SCOPES - {TokenScope.ANNOUNCE}
    assert token.announces == ()
    assert token.expires_at == NOON + timedelta(days=90)


async def test_who_confirms_gives_no_more_than_is_held(replicas: Replicas) -> None:
    wanted = frozenset({TokenScope.READ, TokenScope.PUBLISH, TokenScope.ANNOUNCE})
    few = Principal(id="ada", name="ada", scopes=frozenset({TokenScope.READ}))
    announcing = Principal(id="bob", name="bob", announces=ANY_ROUTE)

    seen = [
        await replicas.one.look((await replicas.begun(scopes=wanted)).code, person)
        for person in (few, announcing, ROOT)
    ]

    assert [(set(one.scopes), one.announces) for one in seen] == [
        ({TokenScope.READ}, ()),
        ({TokenScope.READ, TokenScope.PUBLISH}, ()),
        (set(wanted), ANY_ROUTE),
    ]


async def test_a_terminal_gets_one_token_whoever_repeats_what(
    replicas: Replicas,
) -> None:
    begun = await replicas.begun()
    decided = await asyncio.gather(
        *(
            replica.decide(begun.code, person, allow=True)
            for person in (ADA, EVE)
            for replica in (replicas.one, replicas.two)
        ),
        return_exceptions=True,
    )

    fetched = await asyncio.gather(
        *(
            replica.redeem(begun.secret, address="::1")
            for _ in range(5)
            for replica in (replicas.one, replicas.two)
        ),
        return_exceptions=True,
    )

    assert [type(one) for one in decided].count(NoSuchCode) == 3
    # The others are told that it is over, or that it waits, where the token was just
    # being made.
    assert [type(one) for one in fetched].count(Issued) == 1
    assert {type(one) for one in fetched} <= {Issued, NotConfirmed, type(None)}
    tokens = [
        *await replicas.store.of_person("ada", Kind.TOKEN),
        *await replicas.store.of_person("eve", Kind.TOKEN),
    ]
    assert len(tokens) == 1


async def test_who_is_refused_gets_nothing(replicas: Replicas) -> None:
    begun = await replicas.begun()
    await replicas.two.decide(begun.code, ADA, allow=False)

    with pytest.raises(NotConfirmed):
        await replicas.one.redeem(begun.secret, address="::1")
    with pytest.raises(NoSuchCode):
        await replicas.one.decide(begun.code, ADA, allow=True)


async def test_a_code_is_of_no_use_after_ten_minutes(replicas: Replicas) -> None:
    late, unfetched = await replicas.begun(), await replicas.begun()
    await replicas.one.decide(unfetched.code, ADA, allow=True)
    replicas.now += CONFIRMED_WITHIN

    with pytest.raises(NoSuchCode):
        await replicas.one.decide(late.code, ADA, allow=True)
    for begun in (late, unfetched):
        with pytest.raises(NotConfirmed):
            await replicas.one.redeem(begun.secret, address="::1")


async def test_what_is_no_secret_of_a_terminal_fetches_nothing(
    replicas: Replicas,
) -> None:
    begun = await replicas.begun()
    await replicas.one.decide(begun.code, ADA, allow=True)

    for wrong in ("", begun.code, f"mkc_{begun.code}", f"{begun.secret}x", "x" * 9999):
        with pytest.raises(NotConfirmed):
            await replicas.one.redeem(wrong, address="::1")
    assert await replicas.one.redeem(begun.secret, address="::1") is not None


async def test_who_guesses_codes_has_to_wait_and_others_do_not(
    replicas: Replicas,
) -> None:
    begun = await replicas.begun()
    tried = await asyncio.gather(
        *(replicas.one.look(WRONG, EVE) for _ in range(1_000)), return_exceptions=True
    )

    kinds = [type(one) for one in tried]
    assert kinds.count(NoSuchCode) == FREE_WRONG_CODES
    assert kinds.count(TooManyCodes) == 1_000 - FREE_WRONG_CODES
    # Even the right one has to wait.
    with pytest.raises(TooManyCodes):
        await replicas.one.decide(begun.code, EVE, allow=True)
    assert (await replicas.one.look(begun.code, ADA)).address == "::1"


async def test_in_a_day_of_guessing_a_few_hundred_codes_are_tried(
    replicas: Replicas,
) -> None:
    tried = 0
    for _ in range(24 * 60 * 6):
        replicas.now += timedelta(seconds=10)
        try:
            await replicas.one.look(WRONG, EVE)
        except NoSuchCode:
            tried += 1
        except TooManyCodes:
            pass

    assert tried < 320


async def test_a_right_code_takes_no_wrong_one_back(replicas: Replicas) -> None:
    own = await replicas.begun()
    for _ in range(FREE_WRONG_CODES):
        with pytest.raises(NoSuchCode):
            await replicas.one.look(WRONG, EVE)
        replicas.now += timedelta(seconds=1)
        await replicas.one.look(own.code, EVE)

    with pytest.raises(NoSuchCode):
        await replicas.one.look(WRONG, EVE)
    with pytest.raises(TooManyCodes):
        await replicas.one.look(own.code, EVE)


async def test_ten_thousand_terminals_that_wait_are_bounded_and_end(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = await replicas.begun()
    tried = 10_000
    refused = 0
    for number in range(tried):
        try:
            await replicas.one.begin("x" * 500, ALL_SCOPES, address=f"10.0.{number}")
        except TooManyCodes as error:
            refused += 1
            assert error.seconds <= CONFIRMED_WITHIN.total_seconds()

    assert refused == tried - (MAX_WAITING - 1)
    # Who waits already is not hurt.
    await replicas.one.decide(begun.code, ADA, allow=True)
    assert await replicas.one.redeem(begun.secret, address="::1") is not None

    replicas.now += CONFIRMED_WITHIN
    await replicas.store.forget(replicas.now + timedelta(seconds=1))
    left = [await replicas.store.of_person("", kind) for kind in Kind]
    assert left == [[]] * len(Kind)
    assert await replicas.begun() is not None


async def test_one_address_cannot_take_the_place_of_all(replicas: Replicas) -> None:
    for _ in range(MAX_WAITING_OF_ADDRESS):
        await replicas.begun(address="6.6.6.6")

    with pytest.raises(TooManyCodes):
        await replicas.begun(address="6.6.6.6")
    assert await replicas.begun(address="::1") is not None


async def test_two_terminals_never_wait_with_the_same_code(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LETTERS", "B")
    first = await replicas.begun()

    with pytest.raises(TooManyCodes):
        await replicas.begun()
    await replicas.one.decide(first.code, ADA, allow=True)
    assert await replicas.one.redeem(first.secret, address="::1") is not None


async def test_who_was_erased_meanwhile_gives_no_token(replicas: Replicas) -> None:
    begun = await replicas.begun()
    await replicas.one.decide(begun.code, ADA, allow=True)
    (grant,) = await replicas.store.of_person("ada", Kind.GRANT)
    await replicas.store.remove(grant.digest)

    # It waits again, and nobody can confirm it any more.
    assert await replicas.one.redeem(begun.secret, address="::1") is None
    with pytest.raises(NoSuchCode):
        await replicas.one.decide(begun.code, EVE, allow=True)
