"""The keys of the provider: fetched, kept for a while, and fetched again when needed.

A token names its key (`kid`). Strangers can write any name there, so an unknown one
makes the engine ask at most once in a while, whatever the number of tokens.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from engine.adapters.oidc.fetching import WHO
from engine.domain.access.errors import TokenRefused
from engine.domain.errors import Unavailable
from engine.ports import Clock

KEPT = timedelta(minutes=10)
"""A key that the provider takes back is believed for so long at most."""
ASKED_AGAIN_AFTER = timedelta(seconds=20)
"""At the earliest, for a key that is not known, and after a failure."""
MAX_KEYS = 100
KINDS = frozenset({"RSA", "EC", "OKP"})
"""Of keys with a public half. One of bytes alone (`oct`) would be a shared secret."""

Fetch = Callable[[], Awaitable[dict[str, Any]]]


class Keys:
    """Public keys by their names."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, Key] = {}
        self._fetched_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._turn = asyncio.Lock()

    async def named(self, kid: str) -> Key:
        """The key of this name; raises `TokenRefused`, `Unavailable`."""
        if not self._is_fresh() or (kid not in self._keys and self._may_ask()):
            await self._refresh(kid)

        key = self._keys.get(kid)
        if key is None:
            raise TokenRefused("its key is not one of the provider's")
        return key

    def _is_fresh(self) -> bool:
        fetched_at = self._fetched_at
        return fetched_at is not None and self._clock() - fetched_at < KEPT

    def _may_ask(self) -> bool:
        asked_at = self._asked_at
        return asked_at is None or self._clock() - asked_at >= ASKED_AGAIN_AFTER

    async def _refresh(self, kid: str) -> None:
        async with self._turn:
            # Somebody else has asked meanwhile, for the same or for another key.
            if self._is_fresh() and (kid in self._keys or not self._may_ask()):
                return
            if not self._may_ask():
                raise Unavailable(WHO, "its keys could not be read a moment ago")
            self._asked_at = self._clock()
            self._keys = _read(await self._fetch())
            self._fetched_at = self._clock()


def _read(document: dict[str, Any]) -> dict[str, Key]:
    """The keys that sign; those of other kinds are left out."""
    listed = document.get("keys")
    if not isinstance(listed, list):
        raise Unavailable(WHO, "its document of keys has no list of them")

    keys: dict[str, Key] = {}
    for one in listed[:MAX_KEYS]:
        if not isinstance(one, dict) or one.get("kty") not in KINDS:
            continue
        kid = one.get("kid")
        if not isinstance(kid, str) or one.get("use", "sig") != "sig":
            continue
        try:
            keys[kid] = JWKRegistry.import_key(one)
        except (JoseError, ValueError, TypeError):
            # One that is broken must not take the others with it.
            continue
    return keys
