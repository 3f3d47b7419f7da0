"""What stands for a person: when it ends, what it allows, what is kept of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from engine.domain.access.credentials import Credential, Kind, digest_of
from engine.domain.access.roles import Principal, TokenScope

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TOKEN = Credential(
    digest=digest_of("mkp_secret"),
    id="1",
    kind=Kind.TOKEN,
    person="ada",
    label="nightly",
    scopes=frozenset({TokenScope.ANNOUNCE}),
    announces=("face-*",),
    created_at=NOON,
    expires_at=NOON + 24 * HOUR,
    used_at=NOON,
)
SESSION = replace(TOKEN, kind=Kind.SESSION, idle=HOUR)


def test_a_credential_is_read_as_it_was_written() -> None:
    for credential in (TOKEN, SESSION):
        assert Credential.from_json(credential.to_json()) == credential


def test_nothing_that_is_shown_finds_it() -> None:
    assert TOKEN.digest not in repr(TOKEN.shown())
    assert "secret" not in repr(TOKEN.to_json())
    assert "scopes" not in SESSION.shown()


def test_it_ends_at_its_end() -> None:
    assert TOKEN.is_valid(NOON + 24 * HOUR - timedelta(microseconds=1))
    assert not TOKEN.is_valid(NOON + 24 * HOUR)


def test_a_session_that_is_not_used_ends_sooner() -> None:
    late = NOON + HOUR

    assert not SESSION.is_valid(late)
    used = SESSION.use(late - timedelta(minutes=2), "10.0.0.1")
    assert used is not None
    assert used.is_valid(late)
    assert used.used_from == "10.0.0.1"


def test_only_a_use_after_a_minute_is_worth_a_write() -> None:
    assert TOKEN.use(NOON + timedelta(seconds=59), "10.0.0.1") is None


def test_a_token_allows_no_more_than_it_was_made_for() -> None:
    root = Principal(id="ada", name="Ada", is_administrator=True)

    principal = TOKEN.on(root)

    assert principal.scopes == {TokenScope.ANNOUNCE}
    assert principal.is_administrator
    assert principal.credential == TOKEN.id
    assert principal.may_announce("face-detect")
    assert not principal.may_announce("image-blur")


def test_only_administrators_announce_services() -> None:
    root = Principal(id="ada", name="Ada", is_administrator=True)
    ada = Principal(id="ada", name="Ada")

    assert SESSION.on(root).may_announce("image-blur")
    assert not SESSION.on(ada).may_announce("image-blur")
    assert not TOKEN.on(ada).may_announce("face-detect")
