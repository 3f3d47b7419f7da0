"""What must hold of a signed token of the provider, besides its signature.

Each kind of token is for one thing alone: the one that signs in calls nothing, the one
that calls signs nobody in, and the one that signs out does neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from engine.domain.access.errors import TokenRefused
from engine.domain.access.roles import TokenScope
from engine.domain.values import Json

CLOCK_SKEW = timedelta(seconds=60)
"""How far the clocks of the provider and of the engine may be apart."""
MAX_LOGOUT_AGE = timedelta(minutes=5)
"""A token that ends sessions is used when it is made."""
MAX_SUBJECT_CHARACTERS = 255
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
ACCESS_TYPES = frozenset({"", "jwt", "at+jwt", "application/at+jwt"})
"""`typ` in the head of an access token."""
SIGN_IN_ALONE = frozenset({"nonce", "at_hash", "c_hash", "events"})
"""Claims that no access token has."""
SCOPE_PREFIX = "marketplace:"
PLAIN_SCOPES = frozenset({TokenScope.READ, TokenScope.RUN})
ASKED_SCOPES = frozenset(TokenScope) - {TokenScope.ANNOUNCE}
"""Announcing needs a token that names routes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A token whose signature is right."""

    head: Mapping[str, Json]
    claims: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """From whom and for whom a token must be."""

    issuer: str
    client: str
    audience: str
    """Of access tokens."""


def check_sign_in(signed: Signed, expected: Expected, nonce: str, now: datetime) -> str:
    """The subject of an ID token; raises `TokenRefused`."""
    claims = signed.claims
    _check_common(claims, expected.issuer, expected.client, now)
    _expect("events" not in claims, "it is no ID token")
    _expect("azp" not in claims or claims["azp"] == expected.client, "wrong azp")
    shown = claims.get("nonce")
    _expect(
        isinstance(shown, str) and compare_digest(shown.encode(), nonce.encode()),
        "wrong nonce",
    )
    return _subject(claims)


def check_access(signed: Signed, expected: Expected, now: datetime) -> str:
    """The subject of an access token; raises `TokenRefused`."""
    claims = signed.claims
    kind = str(signed.head.get("typ", "")).lower()
    _expect(kind in ACCESS_TYPES, "it is no access token")
    # Keycloak says the kind in the claims too.
    _expect(claims.get("typ", "Bearer") == "Bearer", "it is no access token")
    _expect(SIGN_IN_ALONE.isdisjoint(claims), "it is no access token")
    _check_common(claims, expected.issuer, expected.audience, now)
    return _subject(claims)


def check_logout(signed: Signed, expected: Expected, now: datetime) -> tuple[str, str]:
    """The subject and the session of a logout token; raises `TokenRefused`.

    Without a session all of the person are meant.
    """
    claims = signed.claims
    _check_common(claims, expected.issuer, expected.client, now)
    events = claims.get("events")
    _expect(
        isinstance(events, dict) and isinstance(events.get(LOGOUT_EVENT), dict),
        "it is no logout token",
    )
    _expect("nonce" not in claims, "it is no logout token")
    _expect("iat" in claims, "iat is missing")
    age = now.timestamp() - claims["iat"]
    _expect(age < MAX_LOGOUT_AGE.total_seconds(), "it is old")
    return _subject(claims), _text(claims, "sid")


def scopes_in(claims: Mapping[str, Json]) -> frozenset[TokenScope]:
    """What an access token is for: `marketplace:publish` in its scope, and so on.

    >>> sorted(scopes_in({"scope": "openid profile"}))
    [<TokenScope.READ: 'read'>, <TokenScope.RUN: 'run'>]
    """
    words = str(claims.get("scope", "")).split()
    asked = frozenset(
        scope for scope in ASKED_SCOPES if f"{SCOPE_PREFIX}{scope}" in words
    )
    return asked or PLAIN_SCOPES


def claim_at(claims: Mapping[str, Json], path: str) -> Json:
    """What stands at a path of keys; None: nothing.

    >>> claim_at({"realm_access": {"roles": ["a"]}}, "realm_access.roles")
    ['a']
    """
    if path in claims:
        return claims[path]
    found: Json = claims
    for key in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found


def _check_common(
    claims: Mapping[str, Json], issuer: str, audience: str, now: datetime
) -> None:
    """What holds of each kind; raises `TokenRefused`."""
    skew = CLOCK_SKEW.total_seconds()
    instant = now.timestamp()
    _expect(claims.get("iss") == issuer, "wrong issuer")

    audiences = claims.get("aud")
    if isinstance(audiences, str):
        audiences = [audiences]
    _expect(
        isinstance(audiences, list) and audience in audiences,
        f"it is not for “{audience}” (aud)",
    )
    _expect(_is_number(claims.get("exp")), "exp is missing")
    _expect(instant < claims["exp"] + skew, "it has expired")
    for name in ("nbf", "iat"):
        begin = claims.get(name, 0)
        _expect(_is_number(begin) and begin - skew <= instant, f"{name} is to come")


def _is_number(value: Json) -> bool:
    # True is a number to Python.
    return isinstance(value, int | float) and not isinstance(value, bool)


def _subject(claims: Mapping[str, Json]) -> str:
    subject = _text(claims, "sub")
    _expect(bool(subject), "it names no person (sub)")
    return subject


def _text(claims: Mapping[str, Json], name: str) -> str:
    """A claim that is a text; empty: it is not there."""
    value = claims.get(name, "")
    _expect(
        isinstance(value, str) and len(value) <= MAX_SUBJECT_CHARACTERS,
        f"{name} is no text",
    )
    return str(value)


def _expect(holds: bool, reason: str) -> None:
    if not holds:
        raise TokenRefused(reason)
