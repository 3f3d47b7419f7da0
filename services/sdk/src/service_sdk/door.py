"""Who may give out work here, and where results may go.

A service has no accounts. It answers under its own host names only, no page of another
site can act on it through a browser, and it calls back nobody but its engine: otherwise
anyone who reaches it could let it send requests to other programs.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_sdk.errors import (
    CallbackRefused,
    ForeignPage,
    RepeatedHeader,
    ServiceError,
    UnknownHost,
)
from service_sdk.loopback_names import LOOPBACK
from service_sdk.problems import problem_of
from service_sdk.settings import Settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing; browsers do not show their answers to other sites."""

PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Called by machines that know only the service's IP address; they tell no secret."""

PAGES = frozenset({"/docs", "/openapi.json"})
"""The documentation loads its scripts from elsewhere."""

OWN_SITE = ("same-origin", "none")
"""Values of Sec-Fetch-Site for the service's own pages and for typed addresses."""

CHECKED_HEADERS = frozenset({b"host", b"origin", b"sec-fetch-site"})

ANY = "*"
CALLBACK_PATH = "/callback"
"""Of the engine, perhaps behind the path of a proxy."""

SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)
# Results are data. A web page among them must not act as a page of the service.
POLICY_OF_DATA = (
    b"content-security-policy",
    b"default-src 'none'; frame-ancestors 'none'",
)


@dataclass(frozen=True)
class Door:
    """The rules, as the settings say them."""

    settings: Settings

    def check_request(self, scope: Scope) -> None:
        """Raise if a request may not pass; only its headers are looked at."""
        headers = _checked_headers(scope)
        host = headers.get("host", "")
        origin = headers.get("origin", "")
        site = headers.get("sec-fetch-site", "")

        if scope["path"] not in PROBES and not self._answers_under(host):
            raise UnknownHost(host)

        # Only browsers send these headers.
        is_from_browser = origin or site
        if scope["method"] in SAFE_METHODS or not is_from_browser:
            return
        if _is_foreign(origin=origin, site=site, host=host):
            raise ForeignPage

    def check_callback(self, url: httpx.URL) -> None:
        """Raise `CallbackRefused` if no result may go to that address."""
        if any(_matches(word, url) for word in self.settings.callback_words):
            return

        engine = self.settings.engine_url
        is_engine = bool(engine) and _place(url) == _place(httpx.URL(engine))
        if not is_engine or not url.path.endswith(CALLBACK_PATH):
            raise CallbackRefused(str(url.copy_with(query=None)), engine)

    def _answers_under(self, host: str) -> bool:
        allowed = LOOPBACK | self.settings.own_hosts
        return ANY in allowed or _without_port(host.lower()) in allowed


class Guard:
    """ASGI middleware that asks the door, and makes answers safe to show."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _made_safe(scope, message.get("headers", ()))
            await send(message)

        answer = self._app
        try:
            door_of(scope).check_request(scope)
        except ServiceError as refused:
            answer = problem_of(refused)
        await answer(scope, receive, send_safely)


def door_of(scope: Scope) -> Door:
    """The door of the service that serves the request."""
    door: Door | None = scope.get("state", {}).get("door")
    return door or Door(Settings())


def _checked_headers(scope: Scope) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        if name not in CHECKED_HEADERS:
            continue

        # A proxy may have looked at another one than we would (RFC 9112, 3.2).
        if name.decode() in found:
            raise RepeatedHeader(name.decode())
        found[name.decode()] = value.decode("latin-1")
    return found


def _is_foreign(*, origin: str, site: str, host: str) -> bool:
    """Whether a page of another site sends the request."""
    if not origin:
        return site not in OWN_SITE
    return origin.partition("://")[2].lower() != host.lower()


def _without_port(host: str) -> str:
    """The name in a Host header.

    >>> _without_port("blur:80"), _without_port("[::1]:80"), _without_port("[::1]")
    ('blur', '[::1]', '[::1]')
    """
    name, _, port = host.rpartition(":")
    return name if port.isdecimal() and name else host


def _place(url: httpx.URL) -> tuple[str, str, int | None]:
    """Where an address leads; all names of this machine are one place.

    >>> _place(httpx.URL("http://localhost:80/x")) == _place(httpx.URL("http://[::1]"))
    True
    """
    host = url.host.lower()
    default = 443 if url.scheme == "https" else 80
    name = "loopback" if host in LOOPBACK or f"[{host}]" in LOOPBACK else host
    return url.scheme, name, url.port or default


def _matches(word: str, url: httpx.URL) -> bool:
    """Whether a word of CALLBACK_ADDRESSES allows the address.

    >>> there = httpx.URL("http://relay.example:8080/x")
    >>> words = ("*", "relay.example", "*.example", "http://relay.example:8080")
    >>> [_matches(word, there) for word in (*words, "relay.example:80", "example")]
    [True, True, True, True, False, False]
    """
    wanted = word.rpartition("://")[2].partition("/")[0].lower()
    default = 443 if url.scheme == "https" else 80
    host = url.host.lower()
    names = (host, f"{host}:{url.port or default}")

    if wanted == ANY:
        return True
    if wanted.startswith("*."):
        return any(name.endswith(wanted[1:]) for name in names)
    return wanted in names or wanted in (f"[{host}]", f"[{host}]:{url.port or default}")


def _made_safe(
    scope: Scope, headers: Iterable[tuple[bytes, bytes]]
) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, with those that protect who looks at it."""
    safe = [*headers, *SECURITY_HEADERS]
    if scope["path"] not in PAGES:
        safe.append(POLICY_OF_DATA)
    return safe
