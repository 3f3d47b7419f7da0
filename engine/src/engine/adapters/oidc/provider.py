"""A provider of OpenID Connect: finds out what it offers, and reads what it signs."""

import base64
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import orjson
from joserfc import jws
from joserfc.errors import JoseError

from engine.adapters.oidc.fetching import WHO, Fetching
from engine.adapters.oidc.keys import Keys
from engine.adapters.oidc.remembered import Remembered
from engine.domain.access.claims import Signed
from engine.domain.access.errors import TokenRefused
from engine.domain.errors import Unavailable
from engine.domain.values import Json
from engine.ports import Clock
from engine.settings.oidc import is_safe_address

DISCOVERY = "/.well-known/openid-configuration"
DESCRIPTION_KEPT_FOR = timedelta(hours=1)
"""Providers move their addresses rarely, and their keys are asked for by themselves."""
MAX_TOKEN_CHARACTERS = 16_384
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
    | {"ES256", "ES384", "ES512", "Ed25519"}
)
"""Those with two keys. With one of the others (`HS256`, `none`) who knows the public
key, or nothing, could sign."""
SCOPE = "openid profile email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What the engine is to the provider."""

    id: str
    secret: str
    """Empty: it has none, and PKCE alone proves who began."""
    back: str
    """Where people come back to."""


class OidcProvider:
    """A `Provider`; an async context manager, whose end closes connections."""

    def __init__(
        self, *, issuer: str, client: Client, clock: Clock, reached_at: str = ""
    ) -> None:
        """`reached_at` stands for the issuer in what the engine itself asks."""
        self._issuer = issuer
        self._reached_at = reached_at or issuer
        self._client = client
        self._fetching = Fetching()
        self._keys = Keys(self._fetch_keys, clock)
        self._description = Remembered(
            self._fetch_description, kept=DESCRIPTION_KEPT_FOR, clock=clock
        )
        # Providers put words of their own into heads; those that are critical are
        # refused all the same.
        self._registry = jws.JWSRegistry(
            algorithms=sorted(ALGORITHMS), strict_check_header=False
        )

    async def __aenter__(self) -> Self:
        await self._fetching.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._fetching.__aexit__(kind, error, trace)

    async def sign_in_address(self, *, state: str, nonce: str, challenge: str) -> str:
        asked = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": self._client.back,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return _with_query(await self._endpoint("authorization_endpoint"), asked)

    async def redeem(self, code: str, verifier: str) -> str:
        url = self._way_to(await self._endpoint("token_endpoint"))
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._client.back,
            "code_verifier": verifier,
            "client_id": self._client.id,
        }
        status, body = await self._fetching.post(url, fields, await self._login(fields))
        token = body.get("id_token")
        if status != 200 or not isinstance(token, str):
            raise TokenRefused(f"it does not know the code ({_error_of(body)})")
        return token

    async def _login(self, fields: dict[str, str]) -> tuple[str, str] | None:
        """How the engine says who it is, as the provider takes it."""
        if not self._client.secret:
            return None
        found = await self._description.get()
        methods = found.get("token_endpoint_auth_methods_supported")
        if isinstance(methods, list) and "client_secret_basic" not in methods:
            fields["client_secret"] = self._client.secret
            return None
        return self._client.id, self._client.secret

    async def read(self, token: str) -> Signed:
        head = _head_of(token)
        if head.get("alg") not in ALGORITHMS:
            raise TokenRefused("its algorithm is not accepted")
        kid = head.get("kid")
        if not isinstance(kid, str):
            raise TokenRefused("it names no key (kid)")

        key = await self._keys.named(kid)
        try:
            found = jws.deserialize_compact(token, key, registry=self._registry)
            claims = orjson.loads(found.payload)
        except (JoseError, ValueError, TypeError):
            raise TokenRefused("its signature is wrong") from None
        if not isinstance(claims, dict):
            raise TokenRefused("it has no claims")
        return Signed(head=head, claims=claims)

    async def sign_out_address(self, id_token: str, back: str) -> str | None:
        found = (await self._description.get()).get("end_session_endpoint")
        if not isinstance(found, str) or not is_safe_address(found):
            return None
        told = {"client_id": self._client.id, "post_logout_redirect_uri": back}
        if id_token:
            told["id_token_hint"] = id_token
        return _with_query(found, told)

    async def _fetch_keys(self) -> dict[str, Any]:
        url = self._way_to(await self._endpoint("jwks_uri"))
        return await self._fetching.get(url)

    def _way_to(self, address: str) -> str:
        """By which the engine asks an address that the provider names."""
        named = self._issuer.rstrip("/") + "/"
        if not address.startswith(named):
            return address
        return f"{self._reached_at.rstrip('/')}/{address.removeprefix(named)}"

    async def _endpoint(self, name: str) -> str:
        """An address that the provider names; raises `Unavailable`."""
        address = (await self._description.get()).get(name)
        if not isinstance(address, str) or not is_safe_address(address):
            raise Unavailable(WHO, f"it names no https address as {name}")
        return address

    async def _fetch_description(self) -> dict[str, Any]:
        """What the provider says of itself; raises `Unavailable`."""
        found = await self._fetching.get(self._reached_at.rstrip("/") + DISCOVERY)
        # Else another one could answer in its place, and be believed.
        if found.get("issuer") != self._issuer:
            raise Unavailable(
                WHO,
                f"it calls itself {str(found.get('issuer'))[:200]}: write OIDC_ISSUER "
                "in the same way",
            )
        return found


def _head_of(token: str) -> dict[str, Json]:
    """What the head of a token says, believed or not; raises `TokenRefused`."""
    if len(token) > MAX_TOKEN_CHARACTERS or token.count(".") != 2:
        raise TokenRefused("it is no signed token")
    packed = token.partition(".")[0]
    try:
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        head = orjson.loads(raw)
    except ValueError:
        head = None
    if not isinstance(head, dict):
        raise TokenRefused("it is no signed token")
    return head


def _error_of(body: dict[str, Any]) -> str:
    """What the provider calls the error: a word of the standard, or nothing."""
    return str(body.get("error", "no reason"))[:100]


def _with_query(address: str, query: dict[str, str]) -> str:
    """An address with more in its query."""
    sign = "&" if urlsplit(address).query else "?"
    return f"{address}{sign}{urlencode(query)}"
