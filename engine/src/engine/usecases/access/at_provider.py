"""Signing in and out at a provider of OpenID Connect.

    browser            engine                    provider
       │ sign in         │                           │
       │────────────────►│ state, nonce, verifier    │
       │◄── sealed cookie│ into a cookie             │
       │── state, nonce, challenge ─────────────────►│
       │◄─ code, state ──────────────────────────────│
       │── code, state, cookie ─►│── code, verifier ►│
       │                 │◄─ ID token with the nonce │
       │◄── session ─────│                           │

What a sign-in needs until it comes back is in the browser's cookie, sealed: any replica
can end what another one has begun, and nothing is stored for strangers. That it comes
back once is stored.
"""

import base64
import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from hmac import compare_digest

import orjson

from engine.domain.access.claims import Expected, check_logout, check_sign_in
from engine.domain.access.credentials import Kind
from engine.domain.access.errors import SignInFailed
from engine.domain.access.people import Person
from engine.domain.access.roles import Principal
from engine.ports import Clock, Sealer
from engine.ports.access import Provider
from engine.usecases.access.credentials import Credentials, Issued
from engine.usecases.access.provided_people import ProvidedPeople
from engine.usecases.access.signing_in import SigningIn

COMES_BACK_WITHIN = timedelta(minutes=15)
"""People look for their password, and for their telephone."""
RANDOM_BYTES = 32
MAX_COOKIE_CHARACTERS = 4_000
MAX_CODE_CHARACTERS = 4_000
COOKIE = "a sign-in at the provider"
"""What the cookie is sealed for: nothing else that is sealed can be put there."""
ID_TOKEN = "the ID token of a session"  # nosec B105 # what it is sealed for
MAX_ID_TOKEN_CHARACTERS = 6_000
"""A longer one is not kept: an address has no room for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """A sign-in until it comes back."""

    state: str
    nonce: str
    verifier: str
    wanted: str
    """Where to go afterwards."""
    began_at: float
    """In seconds of Unix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Where a person signs in, and what their browser keeps meanwhile."""

    address: str
    cookie: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """What the provider gives to a browser that it sends back."""

    state: str
    code: str
    error: str
    issuer: str
    """Empty: it does not say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A sign-in that came to its end."""

    person: Person
    issued: Issued
    wanted: str


class AtProvider:
    """All that can be asked of signing in at the provider."""

    def __init__(
        self,
        *,
        provider: Provider,
        people: ProvidedPeople,
        credentials: Credentials,
        signing_in: SigningIn,
        expected: Expected,
        sealer: Sealer,
        back: str,
        clock: Clock,
    ) -> None:
        """`back` is where people go who signed out at the provider."""
        self._provider = provider
        self._people = people
        self._credentials = credentials
        self._signing_in = signing_in
        self._expected = expected
        self._sealer = sealer
        self._back = back
        self._clock = clock

    async def begin(self, wanted: str) -> Begun:
        """Begin a sign-in that ends at a path of this engine."""
        under_way = UnderWay(
            state=secrets.token_urlsafe(RANDOM_BYTES),
            nonce=secrets.token_urlsafe(RANDOM_BYTES),
            verifier=secrets.token_urlsafe(RANDOM_BYTES),
            wanted=wanted,
            began_at=self._clock().timestamp(),
        )
        digest = hashlib.sha256(under_way.verifier.encode()).digest()
        address = await self._provider.sign_in_address(
            state=under_way.state,
            nonce=under_way.nonce,
            challenge=_written(digest).rstrip("="),
        )
        told = orjson.dumps(asdict(under_way)).decode()
        cookie = _written(self._sealer.seal(COOKIE, told))
        return Begun(address=address, cookie=cookie)

    async def end(
        self, cookie: str, back: Return, *, address: str, label: str
    ) -> Ended:
        """A session for who comes back; raises `SignInFailed`, `TokenRefused`."""
        under_way = self._opened(cookie)
        if not compare_digest(under_way.state.encode(), back.state.encode()):
            raise SignInFailed("the answer belongs to another sign-in")
        # Another provider that the person was lured to could have sent its code here.
        if back.issuer not in ("", self._expected.issuer):
            raise SignInFailed("the answer is of another provider")
        if back.error:
            raise SignInFailed(f"the provider says “{back.error[:100]}”")
        if not 0 < len(back.code) <= MAX_CODE_CHARACTERS:
            raise SignInFailed("the provider sent no code")
        if not await self._credentials.claim(under_way.state, COMES_BACK_WITHIN):
            raise SignInFailed("this answer was used before")

        token = await self._provider.redeem(back.code, under_way.verifier)
        signed = await self._provider.read(token)
        subject = check_sign_in(signed, self._expected, under_way.nonce, self._clock())
        person = await self._people.person(subject, signed)
        if not person.is_active:
            raise SignInFailed("an administrator has locked this account")

        issued = await self._signing_in.session(
            person,
            address=address,
            label=label,
            # Each has one, also where the provider tells none: it says who ends it.
            provider_session=str(signed.claims.get("sid") or subject),
            id_token=self._kept(token),
        )
        return Ended(person=person, issued=issued, wanted=under_way.wanted)

    def _opened(self, cookie: str) -> UnderWay:
        """What a browser kept; raises `SignInFailed`."""
        opening = None
        if 0 < len(cookie) <= MAX_COOKIE_CHARACTERS:
            opening = self._sealer.open(COOKIE, _read(cookie))
        if opening is None:
            raise SignInFailed(
                "this browser did not begin it, or at another address of the engine"
            )
        under_way = UnderWay(**orjson.loads(opening.value))
        age_seconds = self._clock().timestamp() - under_way.began_at
        if age_seconds > COMES_BACK_WITHIN.total_seconds():
            raise SignInFailed("it took too long")
        return under_way

    def _kept(self, token: str) -> str:
        """An ID token as it is stored."""
        if len(token) > MAX_ID_TOKEN_CHARACTERS:
            return ""
        return _written(self._sealer.seal(ID_TOKEN, token))

    async def sign_out(self, shown: Principal) -> str | None:
        """End the session that somebody shows; where it ends at the provider too."""
        session = await self._credentials.find(shown.id, Kind.SESSION, shown.credential)
        if session is None:
            return None
        await self._credentials.take(session)
        if not session.provider_session:
            return None

        opening = self._sealer.open(ID_TOKEN, _read(session.id_token))
        return await self._provider.sign_out_address(
            opening.value if opening else "", self._back
        )

    async def signed_out(self, token: str) -> str:
        """End the sessions that the provider has ended; the id of their person.

        Raises `TokenRefused`.
        """
        signed = await self._provider.read(token)
        subject, session = check_logout(signed, self._expected, self._clock())
        person = self._people.id_of(subject)
        await self._credentials.revoke_provided(person, session)
        return person


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _read(text: str) -> bytes:
    """What `_written` gave; nothing for anything else."""
    try:
        return base64.urlsafe_b64decode(text)
    except ValueError:
        return b""
