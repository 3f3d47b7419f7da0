"""Which addresses the engine may call, checked on what it then connects to."""

import re
import socket
from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from engine.domain.errors import AddressRefused

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LOCAL = "127.0.0.0/8 ::1 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7".split()
"""This machine and private networks: where services are expected."""

KINDS: tuple[tuple[str, str], ...] = (
    ("a loopback address", "127.0.0.0/8 ::1"),
    ("a private address", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10"),
    ("a link-local address", "169.254.0.0/16 fe80::/10"),
    ("a multicast address", "224.0.0.0/4 ff00::/8"),
    ("an address shared by a carrier's customers", "100.64.0.0/10"),
    ("a benchmark address", "198.18.0.0/15"),
    (
        "an IPv4 address in disguise",
        "2001::/32 2002::/16 192.88.99.0/24 64:ff9b:1::/48",
    ),
    (
        "a reserved address",
        "0.0.0.0/8 192.0.0.0/24 192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4"
        " 2001::/23 2001:db8::/32 3fff::/20",
    ),
)
"""What is not public; of IPv6, neither is anything outside 2000::/3."""
NOT_PUBLIC = [(ip_network(n), kind) for kind, nets in KINDS for n in nets.split()]
PUBLIC_V6 = ip_network("2000::/3")
NAT64 = ip_network("64:ff9b::/96")
METADATA = frozenset(
    map(
        ip_address,
        "169.254.169.254 169.254.170.2 169.254.170.23 100.100.100.200 168.63.129.16"
        " 192.0.0.192 fd00:ec2::254 fd00:ec2::23 fd20:ce::254".split(),
    )
)
"""Where clouds hand out the credentials of a machine: only a rule for just this
address opens it."""

NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\Z")
NUMERIC = re.compile(r"(.*\.)?(\d+|0x[0-9a-f]*)\Z")
UNPRINTED = re.compile(r"[\x00-\x20\x7f\ud800-\udfff]")


def kind_of(address: Address) -> str | None:
    """Why this address is not public; None: it is.

    >>> kind_of(ip_address("64:ff9b::7f00:1"))
    'a loopback address'
    """
    if address.version == 6 and address in NAT64:
        return kind_of(IPv4Address(int(address) & 0xFFFF_FFFF))
    for network, kind in NOT_PUBLIC:
        if address in network:
            return kind
    if address.version == 6 and address not in PUBLIC_V6:
        return "a reserved address"
    return None


def plain(address: Address) -> Address:
    """The address that is meant: IPv4 written as IPv6 is IPv4."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


class AddressRules:
    """What the operator allows: CIDRs, host names, `*.suffix`, `*`.

    `public`: every public address is allowed too.
    """

    def __init__(self, allow: Iterable[str] = (), public: bool = False) -> None:
        self.public = public
        self._networks: list[Network] = []
        self._names: set[str] = set()
        self._suffixes: tuple[str, ...] = ()
        for entry in allow:
            self._add(entry.strip().rstrip(".").lower())

    def _add(self, entry: str) -> None:
        try:
            self._networks.append(ip_network(entry, strict=False))
        except ValueError:
            bare = entry.removeprefix("*.")
            if entry != "*" and (not NAME.match(bare) or NUMERIC.match(bare)):
                raise ValueError(
                    f"“{entry}” is no network, host name, *.suffix or *"
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
            raise AddressRefused(shown(url), f"it is no URL: {error}") from None
        host = (parsed.raw_host or "").rstrip(".")
        if reason := self._fault(url, parsed, host):
            raise AddressRefused(shown(url), reason)
        return parsed

    def _fault(self, url: str, parsed: URL, host: str) -> str | None:
        if parsed.scheme not in ("http", "https"):
            return "only http and https addresses can be called"
        if parsed.raw_user is not None or parsed.raw_password is not None:
            return "it must not contain a user or a password"
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
        address = plain(address)
        if address in METADATA:
            only = ip_network(address) in self._networks
            return None if only else f"{address} is a cloud's metadata service"
        if self._allowed(address, name.rstrip(".").lower()):
            return None
        kind = kind_of(address)
        if self.public and kind is None:
            return None
        return f"{address} is {kind or 'a public address'} that no rule allows"

    def _allowed(self, address: Address, name: str) -> bool:
        return (
            name in self._names
            or name.endswith(self._suffixes)
            or any(address in network for network in self._networks)
        )


def shown(url: str) -> str:
    """A URL as a message may show it: without credentials and query."""
    text = re.sub(r"//[^/?#]*@", "//", re.split(r"[?#]", url, maxsplit=1)[0])
    return "".join(c if c.isprintable() else " " for c in text[:200])


class GuardedResolver(AbstractResolver):
    """Looks names up and passes on only the addresses that the rules allow.

    They are what is connected to: there is no second lookup to change its mind.
    """

    def __init__(self, rules: AddressRules, resolver: AbstractResolver) -> None:
        self._rules, self._resolver = rules, resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not found:
            raise OSError(None, "the name has no address")
        faults = [self._rules.fault(ip_address(one["host"]), host) for one in found]
        allowed = [one for one, fault in zip(found, faults, strict=True) if not fault]
        if not allowed:
            raise AddressRefused(shown(host), str(faults[0]))
        return allowed

    async def close(self) -> None:
        await self._resolver.close()
