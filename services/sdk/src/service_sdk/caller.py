"""For whom a service works: told by its engine, signed, and checked here.

The engine signs with keys that are at `/.well-known/jwks.json`. What it signs is for
one route, one attempt and a few minutes: a token that is found somewhere else opens
nothing.
"""

import asyncio
import base64
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from service_sdk.errors import CallerUnknown
from service_sdk.problems import detail_of

ALGORITHMS = ("Ed25519",)
KEYS_PATH = "/.well-known/jwks.json"
CALLER_PATH = "/caller"
ANSWER_SECONDS = 10.0
MAX_ANSWER_BYTES = 65_536
KEYS_KEPT_SECONDS = 300.0
"""A key that the engine has taken away is believed so long at the most."""
ASKED_AGAIN_SECONDS = 10.0
"""At the earliest, for a key that is not known."""
CLOCK_SKEW_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A parameter of this type tells for whom the work is.

    `Caller | None` is None where no engine says it, as when the service works alone.
    """

    id: str
    name: str
    task: str
    """The task of the engine."""

    token: str = field(default="", repr=False)
    """What the engine signed, for another service that is to believe it too."""


class Callers:
    """Asks the engine for whom the work is, and believes only what it signed."""

    def __init__(
        self,
        *,
        client: httpx.AsyncClient,
        engine_url: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._engine = engine_url.rstrip("/")
        self._clock = clock
        self._keys: KeySet | None = None
        self._fetched_at = 0.0
        self._turn = asyncio.Lock()

    async def of(self, task_id: str, route: str) -> Caller:
        """For whom an attempt is worked on; raises `CallerUnknown`."""
        if not self._engine:
            raise CallerUnknown("ENGINE_URL is not set, so nobody can say it")
        answer = await self._ask("POST", CALLER_PATH, json={"task_id": task_id})
        token = answer.get("token")
        if not isinstance(token, str):
            raise CallerUnknown("the engine sent no token")
        claims = await self._read(token)
        return self._checked(claims, token, task_id, route)

    async def _read(self, token: str) -> Mapping[str, Any]:
        """The claims of a token that the engine signed."""
        for must_be_new in (False, True):
            keys = await self._known_keys(must_be_new=must_be_new)
            try:
                return jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
            except (JoseError, ValueError):
                # Perhaps it has another key by now.
                continue
        raise CallerUnknown("the signature of the engine is wrong")

    def _checked(
        self, claims: Mapping[str, Any], token: str, task_id: str, route: str
    ) -> Caller:
        if claims.get("aud") != route:
            raise CallerUnknown("the token is for another service")
        if claims.get("attempt") != _digest(task_id):
            raise CallerUnknown("the token is for another task")
        if not self._is_before(claims.get("exp")):
            raise CallerUnknown("the token has expired")

        told = [claims.get(name) for name in ("sub", "name", "task")]
        if not all(isinstance(one, str) for one in told):
            raise CallerUnknown("the token names nobody")
        return Caller(
            id=claims["sub"], name=claims["name"], task=claims["task"], token=token
        )

    def _is_before(self, end: object) -> bool:
        # True is a number to Python.
        if isinstance(end, bool) or not isinstance(end, int | float):
            return False
        return self._clock() < end + CLOCK_SKEW_SECONDS

    async def _known_keys(self, *, must_be_new: bool) -> KeySet:
        async with self._turn:
            age = self._clock() - self._fetched_at
            limit = ASKED_AGAIN_SECONDS if must_be_new else KEYS_KEPT_SECONDS
            if self._keys is None or age >= limit:
                self._keys = _key_set(await self._ask("GET", KEYS_PATH))
                self._fetched_at = self._clock()
            return self._keys

    async def _ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """The object that the engine answers; raises `CallerUnknown`."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await self._client.request(
                    method, f"{self._engine}{path}", follow_redirects=False, **options
                )
            found = answer.json() if len(answer.content) <= MAX_ANSWER_BYTES else None
        except (httpx.HTTPError, TimeoutError, ValueError) as fault:
            raise CallerUnknown(f"the engine does not answer ({fault})") from None

        if not answer.is_success:
            raise CallerUnknown(
                f"the engine answers {answer.status_code}: {detail_of(answer)}"
            )
        if not isinstance(found, dict):
            raise CallerUnknown("the engine answers with something else")
        return found


def _key_set(found: dict[str, Any]) -> KeySet:
    try:
        return KeySet.import_key_set({"keys": found["keys"]})
    except (JoseError, KeyError, TypeError, ValueError):
        raise CallerUnknown("the keys of the engine cannot be read") from None


def _digest(task_id: str) -> str:
    """How a token names the attempt that it is for."""
    digest = hashlib.sha256(task_id.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
