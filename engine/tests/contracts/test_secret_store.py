"""What every SecretStore promises."""

from datetime import UTC, datetime, timedelta

from engine.ports import SecretLine, SecretStore, StoredSecret

NOON = datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)
KEY = StoredSecret(name="key", sealed=b"\x00\xffsealed", stored_at=NOON)
OTHER = StoredSecret(name="a_key", sealed=b"other", stored_at=NOON)


async def test_a_stored_secret_is_found(secrets: SecretStore) -> None:
    await secrets.put(KEY)

    assert await secrets.find("key") == KEY
    assert await secrets.find("KEY") is None


async def test_secrets_come_by_name(secrets: SecretStore) -> None:
    await secrets.put(KEY)
    await secrets.put(OTHER)

    assert await secrets.all() == [OTHER, KEY]


async def test_lines_tell_names_and_times_and_nothing_sealed(
    secrets: SecretStore,
) -> None:
    await secrets.put(KEY)
    await secrets.put(OTHER)

    assert await secrets.lines() == [
        SecretLine(name="a_key", stored_at=NOON),
        SecretLine(name="key", stored_at=NOON),
    ]


async def test_each_name_counts_once(secrets: SecretStore) -> None:
    assert await secrets.count() == 0
    await secrets.put(KEY)
    await secrets.put(OTHER)
    await secrets.put(KEY)

    assert await secrets.count() == 2


async def test_the_last_one_of_a_name_counts(secrets: SecretStore) -> None:
    later = StoredSecret(
        name="key", sealed=b"new", stored_at=NOON + timedelta(seconds=1)
    )
    await secrets.put(KEY)

    await secrets.put(later)

    assert await secrets.all() == [later]


async def test_a_removed_secret_is_gone(secrets: SecretStore) -> None:
    await secrets.put(KEY)
    await secrets.put(OTHER)

    assert await secrets.remove("key") is True
    assert await secrets.remove("key") is False
    assert await secrets.all() == [OTHER]


async def test_what_is_sealed_is_replaced_if_it_is_still_the_same(
    secrets: SecretStore,
) -> None:
    await secrets.put(KEY)

    await secrets.reseal("key", KEY.sealed, b"again")

    again = StoredSecret(name="key", sealed=b"again", stored_at=NOON)
    assert await secrets.find("key") == again


async def test_a_new_value_is_not_replaced_by_the_one_before(
    secrets: SecretStore,
) -> None:
    await secrets.put(KEY)

    await secrets.reseal("key", b"what was there before", b"again")
    await secrets.reseal("absent", b"", b"again")

    assert await secrets.all() == [KEY]
