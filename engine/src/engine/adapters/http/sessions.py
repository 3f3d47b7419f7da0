"""The connections to other machines: how many, how long, under which rules."""

from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version

from aiohttp import (
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    ThreadedResolver,
)
from aiohttp.abc import AbstractResolver

from engine.adapters.http.addresses import AddressRules, GuardedResolver

AGENT = {"User-Agent": f"ai-marketplace/{version('ai-marketplace')}"}
PLAIN = {**AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
"""What is not unpacked cannot be a bomb."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far other machines are trusted with time and memory."""

    connect: timedelta = timedelta(seconds=5)
    linger: timedelta = timedelta(seconds=1)
    """How long a body is waited for when the status has decided already."""
    keep_alive: timedelta = timedelta(seconds=4)
    """Below the 5 s after which uvicorn closes an idle connection."""
    connections: int = 512
    connections_per_host: int = 64
    """At once, of one kind: the lean ones and those of each session."""
    header_bytes: int = 16_384
    acknowledgement_bytes: int = 65_536
    detail_bytes: int = 8_192
    json_bytes: int = 10_000_000
    json_depth: int = 32
    blob_bytes: int = 512_000_000
    redirects: int = 5
    retry_after: timedelta = timedelta(seconds=60)


def session(
    rules: AddressRules,
    resolver: AbstractResolver | None,
    limits: Limits,
    keep: bool = True,
    plain: bool = False,
) -> ClientSession:
    """A client that connects only as the rules allow, and remembers nothing.

    `keep`: its connections are used again. `plain`: bodies come uncompressed.
    """
    connector = TCPConnector(
        resolver=GuardedResolver(rules, resolver or ThreadedResolver()),
        limit=limits.connections,
        limit_per_host=limits.connections_per_host,
        force_close=not keep,
        keepalive_timeout=limits.keep_alive.total_seconds() if keep else None,
    )
    return ClientSession(
        connector=connector,
        headers=PLAIN if plain else AGENT,
        timeout=ClientTimeout(total=None, sock_connect=limits.connect.total_seconds()),
        cookie_jar=DummyCookieJar(),  # one task must not see another's cookies
        auto_decompress=not plain,
        max_line_size=limits.header_bytes,
        max_field_size=limits.header_bytes,
    )
