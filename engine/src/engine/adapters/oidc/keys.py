"""The keys of the provider, by their names.

A token names its key (`kid`): one that is not known makes the engine ask again.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from engine.adapters.oidc.fetching import WHO
from engine.adapters.oidc.remembered import Remembered
from engine.domain.access.errors import TokenRefused
from engine.domain.errors import Unavailable
from engine.ports import Clock

KEYS_KEPT_FOR = timedelta(minutes=10)
"""A key that the provider takes back is believed for so long at most."""
MAX_KEYS = 100
KINDS = frozenset({"RSA", "EC", "OKP"})
"""Of keys with a public half. One of bytes alone (`oct`) would be a shared secret."""

Fetch = Callable[[], Awaitable[dict[str, Any]]]


class Keys:
    """Public keys by their names."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        async def keys() -> dict[str, Key]:
            return _read(await fetch())

        self._keys = Remembered(keys, kept=KEYS_KEPT_FOR, clock=clock)

    async def named(self, kid: str) -> Key:
        """The key of this name; raises `TokenRefused`, `Unavailable`."""
        keys = await self._keys.get(lambda known: kid in known)
        if kid not in keys:
            raise TokenRefused("its key is not one of the provider's")
        return keys[kid]


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
