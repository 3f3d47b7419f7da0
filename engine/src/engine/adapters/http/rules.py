"""Which addresses the engine may call; checked on the address it connects to."""

import re
import socket
from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from engine.adapters.http.addresses import (
    METADATA_SERVICES,
    Address,
    Network,
    kind_of,
    ways_to,
    without_mapping,
)
from engine.domain.errors import AddressRefused

# RFC 1035: 253 characters, 63 a label. The underscore is not allowed there, but in use.
NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\Z")

# Resolvers of the system read “127.1”, “0x7f000001” and “2130706433” as 127.0.0.1.
# A name whose last label is a number is therefore never looked up.
NUMERIC = re.compile(r"(.*\.)?(\d+|0x[0-9a-f]*)\Z")

UNPRINTED = re.compile(r"[\x00-\x20\x7f\ud800-\udfff]")

MAX_SHOWN_CHARACTERS = 200
"""Of a URL, in a message."""


class AddressRules:
    """What the operator allows: CIDRs, host names, `*.suffix`, `*`.

    `public`: every public address is allowed too.
    """

    def __init__(self, allow: Iterable[str] = (), *, public: bool = False) -> None:
        self.public = public
        self._networks: list[Network] = []
        self._names: set[str] = set()
        self._suffixes: tuple[str, ...] = ()

        for entry in allow:
            self._add(entry.strip().rstrip(".").lower())

    def _add(self, entry: str) -> None:
        try:
            self._networks.append(_network(entry))
        except ValueError:
            self._add_name(entry)

    def _add_name(self, entry: str) -> None:
        bare = entry.removeprefix("*.")
        if entry != "*" and (not NAME.match(bare) or NUMERIC.match(bare)):
            raise ValueError(
                f"“{entry}” is not a network, host name, *.suffix or *"
            ) from None

        if entry.startswith("*"):
            self._suffixes += (entry[1:],)
        else:
            self._names.add(entry)

    def check(self, url: str) -> URL:
        """The URL, parsed; raises `AddressRefused` for what can be seen from it.

        Where a name leads is checked when it is connected to.
        """
        try:
            parsed = URL(url)
        except ValueError as error:
            raise AddressRefused(shown(url), f"it is not a URL: {error}") from None

        host = (parsed.raw_host or "").rstrip(".")
        reason = self._fault(url, parsed, host)
        if reason:
            raise AddressRefused(shown(url), reason)
        return parsed

    def _fault(self, url: str, parsed: URL, host: str) -> str | None:
        if parsed.scheme not in ("http", "https"):
            return "only http and https addresses can be called"
        if parsed.raw_user is not None or parsed.raw_password is not None:
            return "it must not contain a user or a password"
        # yarl removes some of these characters. What is checked here and what another
        # program reads in the same text must be the same URL.
        if UNPRINTED.search(url):
            return "it must not contain spaces or control characters"
        if not host:
            return "it names no host"

        try:
            return self.fault(ip_address(host))
        except ValueError:
            if NUMERIC.match(host) or not NAME.match(host):
                return f"“{host[:100]}” is neither a host name nor a plain IP address"
            return None

    def fault(self, address: Address, name: str = "") -> str | None:
        """Why this address, found under a name, may not be called; None: it may."""
        address = without_mapping(address)

        # A metadata service gives away the machine's credentials, so a wide rule such
        # as “*” or 0.0.0.0/0 does not open it: only a rule for just this address does.
        metadata_services = ways_to(address) & METADATA_SERVICES
        if metadata_services:
            return self._fault_of_metadata(address, metadata_services)

        if self._allowed(address, name.rstrip(".").lower()):
            return None

        kind = kind_of(address)
        if self.public and kind is None:
            return None

        setting = "HTTP_ADDRESSES" if self.public else "SERVICE_ADDRESSES"
        return (
            f"{address} is {kind or 'a public address'}, which {setting} does not allow"
        )

    def _fault_of_metadata(
        self, address: Address, services: Iterable[Address]
    ) -> str | None:
        """Why these may not be reached under this address; None: a rule names them."""
        if self._names_just(address) or all(map(self._names_just, services)):
            return None

        found = min(services, key=int)
        if found == address:
            return f"{address} is a cloud's metadata service"
        return f"{address} leads to {found}, a cloud's metadata service"

    def _names_just(self, address: Address) -> bool:
        return ip_network(address) in self._networks

    def _allowed(self, address: Address, name: str) -> bool:
        return (
            name in self._names
            or name.endswith(self._suffixes)
            or any(address in network for network in self._networks)
        )


def _network(entry: str) -> Network:
    """The network of a rule; raises `ValueError` if it is none.

    The zone of a single address does not count, as in the addresses that are compared.
    """
    address, zone, _ = entry.partition("%")
    if zone:
        return ip_network(ip_address(address))
    return ip_network(entry, strict=False)


def is_host_name(host: str) -> bool:
    """Whether this can only be a name: no number, no address, no zone.

    >>> is_host_name("blur.svc"), is_host_name("127.0.0.1."), is_host_name("fe80::1")
    (True, False, False)
    """
    bare = host.rstrip(".")
    return bool(NAME.match(bare)) and not NUMERIC.match(bare)


def shown(url: str) -> str:
    """A URL as a message may show it: without credentials and query."""
    path = re.split(r"[?#]", url, maxsplit=1)[0]
    text = re.sub(r"//[^/?#]*@", "//", path)
    visible = (
        character if character.isprintable() else " "
        for character in text[:MAX_SHOWN_CHARACTERS]
    )
    return "".join(visible)


class GuardedResolver(AbstractResolver):
    """Looks names up and passes on only the addresses that the rules allow.

    A check of the name before the call would not be enough: the owner of a name can
    answer the first question with a public address and the next with 127.0.0.1 (DNS
    rebinding). So the addresses that are checked here are those that are connected to,
    and there is no second lookup.
    """

    def __init__(self, rules: AddressRules, resolver: AbstractResolver) -> None:
        self._rules = rules
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not found:
            raise OSError(None, "the name has no address")

        faults = [self._rules.fault(ip_address(one["host"]), host) for one in found]
        allowed = [
            one for one, fault in zip(found, faults, strict=True) if fault is None
        ]
        if not allowed:
            raise AddressRefused(shown(host), str(faults[0]))
        return allowed

    async def close(self) -> None:
        await self._resolver.close()
