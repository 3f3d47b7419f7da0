"""Secrets are kept sealed, survive a new SECRET, and miss with clear words."""

import dataclasses
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
from engine.adapters.sealing import AesSealer
from engine.adapters.sqlite.database import Database
from engine.adapters.sqlite.secrets import SqliteSecretStore
from engine.domain.access.roles import MAIN
from engine.domain.errors import InvalidInput, NoRoom, NoSecret, Unknown
from engine.ports import SecretLine, SecretStore
from engine.usecases.secrets import Secrets
from playground import HandClock

VALUE = "value of the key"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SecretStore]:
    async with Database(tmp_path / "engine.db") as database:
        yield SqliteSecretStore(database)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def secrets(store: SecretStore, clock: HandClock) -> Secrets:
    return under(store, clock, b"first")


def under(store: SecretStore, clock: HandClock, key: bytes, *old: bytes) -> Secrets:
    sealer = AesSealer(key, old)
    return Secrets(store=store, sealer=sealer, max_secrets=3, clock=clock)


async def test_a_value_is_there_for_requests(secrets: Secrets) -> None:
    await secrets.put("key", VALUE)
    await secrets.put("other-key", VALUE[::-1])

    values = await secrets.values(["key", "other-key"], MAIN)

    assert values == {"key": VALUE, "other-key": VALUE[::-1]}


async def test_lists_tell_names_and_times(secrets: Secrets, clock: HandClock) -> None:
    await secrets.put("key", VALUE)
    clock.now += timedelta(hours=1)
    await secrets.put("key", VALUE)

    (listed,) = await secrets.list()

    assert listed == SecretLine(name="key", stored_at=clock.now)


async def test_one_is_stored_and_listed_without_reading_what_others_keep(
    tmp_path: Path, clock: HandClock
) -> None:
    """A thousand are megabytes, which each call would read and let go."""

    class NeverRead(SqliteSecretStore):
        async def all(self) -> NoReturn:
            raise AssertionError("all secrets were read")

    async with Database(tmp_path / "engine.db") as database:
        secrets = under(NeverRead(database), clock, b"first")

        await secrets.put("key", VALUE)
        await secrets.put("other", VALUE)

        assert [line.name for line in await secrets.list()] == ["key", "other"]


async def test_a_missing_secret_says_how_to_store_it(secrets: Secrets) -> None:
    with pytest.raises(NoSecret) as caught:
        await secrets.values(["key"], MAIN)

    assert str(caught.value) == (
        "there is no secret “key”: store it with marketplace secrets set key"
    )


async def test_a_removed_secret_is_missing(secrets: Secrets) -> None:
    await secrets.put("key", VALUE)

    await secrets.remove("key")

    with pytest.raises(NoSecret):
        await secrets.values(["key"], MAIN)
    with pytest.raises(Unknown):
        await secrets.remove("key")


@pytest.mark.parametrize(
    "name", ["", "1key", "-key", "a.b", "a b", "a}", "ä", "k" * 65, "key\n"]
)
async def test_a_name_must_fit_a_template(secrets: Secrets, name: str) -> None:
    with pytest.raises(InvalidInput, match="no name of a secret"):
        await secrets.put(name, VALUE)


@pytest.mark.parametrize(
    "value", ["", "7 chars", "with\nline", "x" * 2049, "\ud800" * 8]
)
async def test_a_value_that_cannot_be_sent_or_hidden_is_refused_without_a_word_of_it(
    secrets: Secrets, value: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await secrets.put("key", value)

    assert not value or value not in str(caught.value)
    assert not await secrets.list()


async def test_their_number_is_bounded(secrets: Secrets) -> None:
    for name in ("a", "b", "c"):
        await secrets.put(name, VALUE)

    with pytest.raises(NoRoom, match="MAX_SECRETS"):
        await secrets.put("d", VALUE)

    await secrets.put("a", VALUE)


async def test_a_new_secret_of_the_engine_reads_what_the_old_one_sealed(
    secrets: Secrets, store: SecretStore, clock: HandClock
) -> None:
    await secrets.put("key", VALUE)
    rotated = under(store, clock, b"second", b"first")

    assert await rotated.values(["key"], MAIN) == {"key": VALUE}


async def test_what_was_sealed_again_needs_the_old_one_no_more(
    secrets: Secrets, store: SecretStore, clock: HandClock
) -> None:
    await secrets.put("key", VALUE)

    await under(store, clock, b"second", b"first").reseal()

    assert await under(store, clock, b"second").values(["key"], MAIN) == {"key": VALUE}
    with pytest.raises(NoSecret):
        await secrets.values(["key"], MAIN)


async def test_without_the_old_one_a_secret_says_what_is_missing(
    secrets: Secrets, store: SecretStore, clock: HandClock, caplog: Any
) -> None:
    await secrets.put("key", VALUE)
    changed = under(store, clock, b"second")

    await changed.reseal()

    with pytest.raises(NoSecret, match="give that one to the engine as SECRET_OLD"):
        await changed.values(["key"], MAIN)
    assert "SECRET_OLD" in caplog.text


async def test_a_row_moved_to_another_name_is_not_opened(
    secrets: Secrets, store: SecretStore
) -> None:
    await secrets.put("key", VALUE)
    (row,) = await store.all()
    await store.put(dataclasses.replace(row, name="other"))

    with pytest.raises(NoSecret):
        await secrets.values(["other"], MAIN)
