"""A provider of OpenID Connect that says what a test wants it to say.

For what a real one never does: wrong keys, wrong words, forged tokens. A real one is
in test_keycloak.py.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

CLIENT = "marketplace"
SECRET = "known to both"
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


class TestProvider:
    """It signs with `key`, and lists the public halves of `listed`."""

    __test__ = False

    def __init__(self) -> None:
        self.url = ""
        self.key: Any = RSAKey.generate_key(2048, {"kid": "first"})
        self.listed = [self.key]
        self.algorithm = "RS256"
        self.asked: list[str] = []
        """The paths that the engine asked for."""
        self.answers: dict[str, Callable[[], web.Response]] = {}
        """By path: what is answered instead."""
        self.described: dict[str, Any] = {}
        """What its document says instead."""
        self._codes: dict[str, dict[str, Any]] = {}

    def rotate(self, key: RSAKey | ECKey | OKPKey, algorithm: str) -> None:
        """Sign with another key from now on; the one before is not listed any more."""
        self.key = key
        self.algorithm = algorithm
        self.listed = [key]

    def claims(self, **changed: Any) -> dict[str, Any]:
        """What is said of Ada, with some claims changed, or left out by None."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "ada-1",
            "exp": now + 300,
            "iat": now,
            "preferred_username": "ada",
            "groups": ["teachers"],
            **changed,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def signed(self, head: dict[str, Any] | None = None, **changed: Any) -> str:
        """A token with these claims."""
        protected = {"alg": self.algorithm, "kid": self.key.kid, **(head or {})}
        return jwt.encode(
            protected, self.claims(**changed), self.key, algorithms=[self.algorithm]
        )

    def logout_token(self, **changed: Any) -> str:
        """With it the provider says that somebody has signed out."""
        events = {LOGOUT_EVENT: {}}
        told = {"events": events, "jti": secrets.token_hex(8), "groups": None}
        return self.signed(**{**told, **changed})

    def consent(self, address: str, **changed: Any) -> dict[str, str]:
        """What the browser brings back from the address that it was sent to."""
        asked = {name: value[0] for name, value in _query(address).items()}
        code = secrets.token_hex(8)
        self._codes[code] = {
            "challenge": asked["code_challenge"],
            "claims": {"nonce": asked["nonce"], "sid": "at-provider-1", **changed},
        }
        return {"code": code, "state": asked["state"], "iss": self.url}

    @asynccontextmanager
    async def running(self) -> AsyncIterator["TestProvider"]:
        """It listens until the end of the block."""
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if request.path in self.answers:
            return self.answers[request.path]()
        match request.path:
            case "/.well-known/openid-configuration":
                return web.json_response(self._document() | self.described)
            case "/keys":
                keys = [one.as_dict(private=False) for one in self.listed]
                return web.json_response({"keys": keys})
            case "/token":
                return self._token(request, await request.post())
        return web.json_response({"error": "not_found"}, status=404)

    def _document(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize?theme=dark",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "end_session_endpoint": f"{self.url}/end",
        }

    def _token(self, request: web.Request, form: Any) -> web.Response:
        wanted = base64.b64encode(f"{CLIENT}:{quote_plus(SECRET)}".encode()).decode()
        # A code is used once, whatever becomes of it.
        known = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            request.headers.get("authorization") != f"Basic {wanted}"
            or known is None
            or known["challenge"] != challenge
        ):
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response({"id_token": self.signed(**known["claims"])})


def with_mac(claims: dict[str, Any], key: bytes, kid: str) -> str:
    """A token that is signed with a shared secret."""
    head = _packed(json.dumps({"alg": "HS256", "kid": kid}).encode())
    body = _packed(json.dumps(claims).encode())
    mac = hmac.digest(key, f"{head}.{body}".encode(), "sha256")
    return f"{head}.{body}.{_packed(mac)}"


def with_head(head: dict[str, Any], provider: TestProvider) -> str:
    """A token whose signature is right, with a head that no library would write."""
    told = _packed(json.dumps(head).encode())
    text = f"{told}.{_packed(json.dumps(provider.claims()).encode())}"
    signature = provider.key.private_key.sign(text.encode(), PKCS1v15(), SHA256())
    return f"{text}.{_packed(signature)}"


def unsigned(claims: dict[str, Any], kid: str) -> str:
    """A token that says it needs no signature."""
    head = _packed(json.dumps({"alg": "none", "kid": kid}).encode())
    return f"{head}.{_packed(json.dumps(claims).encode())}."


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _query(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)
