"""Tells a service for whom it works, if it asks: signed, for one attempt, for a while.

It asks with the id of its attempt, which nobody can guess. So calls that need no
identity cost nothing, and no identity travels with them.
"""

import base64
import hashlib
from datetime import timedelta

from engine.domain.access.roles import LOCAL
from engine.domain.errors import Fault, InvalidInput, OutdatedAttempt
from engine.domain.values import Json
from engine.ports import Clock
from engine.ports.access import PeopleStore
from engine.ports.signing import Signer
from engine.usecases.callback_ids import CallbackIds
from engine.usecases.frames import Frames

VALID_FOR = timedelta(minutes=5)
"""Long enough to be handed on to another service, and for clocks that differ. One that
is found later opens nothing; who works longer asks again."""


class Identities:
    """All that can be asked of whom services work for."""

    def __init__(
        self,
        *,
        frames: Frames,
        ids: CallbackIds,
        people: PeopleStore,
        signer: Signer,
        issuer: str,
        clock: Clock,
    ) -> None:
        self._frames = frames
        self._ids = ids
        self._people = people
        self._signer = signer
        self._issuer = issuer
        self._clock = clock

    async def token(self, attempt: str) -> str:
        """Who started the task of an attempt, in a signed token for the called route.

        Raises `Unknown`, `OutdatedAttempt`, `InvalidInput`.
        """
        called = self._ids.read(attempt)
        frame = await self._frames.current(called.path)
        if not frame.awaits(called.node, called.attempt):
            raise OutdatedAttempt()
        if not called.service:
            raise InvalidInput([_no_route()])

        owner = frame.owner or LOCAL.id
        person = await self._people.find(owner) if frame.owner else None
        now = int(self._clock().timestamp())
        return self._signer.sign(
            {
                "iss": self._issuer,
                "aud": called.service,
                "sub": owner,
                "name": person.name if person else owner,
                "task": called.task,
                "attempt": digest_of_attempt(attempt),
                "iat": now,
                "exp": now + int(VALID_FOR.total_seconds()),
            }
        )

    def public_keys(self) -> Json:
        """With what services check such tokens."""
        return self._signer.public_keys()


def digest_of_attempt(attempt: str) -> str:
    """What a token says of the attempt that it is for; not its id, which is secret.

    >>> digest_of_attempt("a")
    'ypeBEsobvcr6wjGzmiPcTaeG7_gUfE5yuYB3ha_uSLs'
    """
    digest = hashlib.sha256(attempt.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _no_route() -> Fault:
    return Fault(
        code="no-route",
        message="the pipeline calls an address, not a route: a token would be for "
        "nobody",
        hint="announce the service, and name its route in the pipeline",
        field="task_id",
    )
