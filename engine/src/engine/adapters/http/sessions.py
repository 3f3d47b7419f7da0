"""aiohttp sessions: connections only as the rules allow, nothing remembered."""

from aiohttp import (
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    ThreadedResolver,
)
from aiohttp.abc import AbstractResolver

from engine.adapters.http.fields import UNCOMPRESSED, USER_AGENT
from engine.adapters.http.limits import Limits
from engine.adapters.http.rules import AddressRules, GuardedResolver


class Session:
    """A session of aiohttp, made when it is first needed.

    It needs a running loop, which its owner does not have when it is made.
    `keep`: its connections are used again. `uncompressed`: bodies come as they are.
    """

    def __init__(
        self,
        *,
        rules: AddressRules,
        resolver: AbstractResolver | None,
        limits: Limits,
        keep: bool = True,
        uncompressed: bool = False,
    ) -> None:
        self._rules = rules
        self._resolver = resolver
        self._limits = limits
        self._keep = keep
        self._uncompressed = uncompressed
        self._opened: ClientSession | None = None

    def get(self) -> ClientSession:
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    def _open(self) -> ClientSession:
        limits = self._limits
        keep_alive = limits.keep_alive.total_seconds()
        connector = TCPConnector(
            resolver=GuardedResolver(self._rules, self._resolver or ThreadedResolver()),
            # As many as there are calls under way: those are bounded by `Slots`, for
            # lean connections too.
            limit=0,
            force_close=not self._keep,
            keepalive_timeout=keep_alive if self._keep else None,
            ttl_dns_cache=int(limits.names.total_seconds()),
        )
        return ClientSession(
            connector=connector,
            headers=UNCOMPRESSED if self._uncompressed else USER_AGENT,
            timeout=ClientTimeout(
                total=None, sock_connect=limits.connect.total_seconds()
            ),
            cookie_jar=DummyCookieJar(),  # one task must not see another's cookies
            auto_decompress=not self._uncompressed,
            max_line_size=limits.header_bytes,
            max_field_size=limits.header_bytes,
        )

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.close()
