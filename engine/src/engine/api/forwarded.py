"""Where the engine is seen from outside, as proxies that the operator trusts say it."""

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = "engine.prefix"
"""The key of a scope whose paths begin, outside, with what it says."""
FORWARDED_FOR = b"x-forwarded-for"
Network: TypeAlias = IPv4Network | IPv6Network
FORWARDED = {
    b"x-forwarded-host": re.compile(
        r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?"
    ),
    b"x-forwarded-proto": re.compile(r"https?", re.IGNORECASE),
    # No empty step: “//host” would be another host's address.
    b"x-forwarded-prefix": re.compile(r"(?:/[A-Za-z0-9._~%!$&'()*+,;=:@-]+)*/?"),
}
"""Of each header that is read, what it may say: it becomes a part of addresses."""


class Forwarded:
    """ASGI middleware that takes host, scheme and prefix from trusted proxies."""

    def __init__(self, app: ASGIApp, proxies: Iterable[str]) -> None:
        self._app = app
        self._networks = [ip_network(one, strict=False) for one in proxies]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._trusts(scope):
            scope = _as_seen(scope, self._networks)
        await self._app(scope, receive, send)

    def _trusts(self, scope: Scope) -> bool:
        client = scope.get("client")
        return client is not None and _is_in(client[0], self._networks)


def _is_in(text: str, networks: Sequence[Network]) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return any(address in one for one in networks)


def _client(
    headers: Iterable[tuple[bytes, bytes]], networks: Sequence[Network]
) -> str | None:
    """Who sent the request to the outermost of the proxies that are trusted.

    Each proxy adds at the end of the list from whom it has the request. What stands
    before the first one that is not trusted, anybody can have written.
    """
    lists = [value for name, value in headers if name == FORWARDED_FOR]
    hops = b",".join(lists).decode("latin-1").split(",")
    for hop in reversed([one.strip() for one in hops]):
        try:
            ip_address(hop)
        except ValueError:
            return None
        if not _is_in(hop, networks):
            return hop
    return None


def _as_seen(scope: Scope, networks: Sequence[Network]) -> Scope:
    """The request as it reached the proxy; what cannot be read is left as it is."""
    told: dict[bytes, str] = {}
    for name, value in scope["headers"]:
        if name in FORWARDED:
            # Each proxy adds to the list: the last word is that of the nearest one.
            text = value.decode("latin-1").rpartition(",")[2].strip()
            if FORWARDED[name].fullmatch(text):
                told[name] = text

    seen = dict(scope)
    host = told.get(b"x-forwarded-host")
    if host:
        others = [pair for pair in scope["headers"] if pair[0] != b"host"]
        seen["headers"] = [*others, (b"host", host.encode())]
    if b"x-forwarded-proto" in told:
        seen["scheme"] = told[b"x-forwarded-proto"].lower()
    client = _client(scope["headers"], networks)
    if client:
        seen["client"] = (client, 0)
    seen[PREFIX] = told.get(b"x-forwarded-prefix", "").rstrip("/")
    return seen


def prefix_of(scope: Scope) -> str:
    """What stands before each path outside; without a slash at its end."""
    prefix: str = scope.get(PREFIX, "")
    return prefix


def base_url(request: HTTPConnection) -> str:
    """The address of the engine, as whoever asks sees it; it ends in a slash."""
    url = request.base_url
    return f"{url.scheme}://{url.netloc}{prefix_of(request.scope)}{url.path}"
