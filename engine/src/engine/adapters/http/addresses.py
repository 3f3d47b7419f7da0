"""Which IP addresses are public, and what the others are for."""

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

KINDS: tuple[tuple[str, str], ...] = (
    ("a loopback address", "127.0.0.0/8 ::1"),
    ("a private address", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10"),
    ("a link-local address", "169.254.0.0/16 fe80::/10"),
    ("a multicast address", "224.0.0.0/4 ff00::/8"),
    ("an address shared by a carrier's customers", "100.64.0.0/10"),
    ("a benchmark address", "198.18.0.0/15"),
    # Teredo, 6to4 and local NAT64 carry an IPv4 address inside, which may be private.
    (
        "an IPv4 address inside an IPv6 address",
        "2001::/32 2002::/16 192.88.99.0/24 64:ff9b:1::/48",
    ),
    (
        "a reserved address",
        "0.0.0.0/8 192.0.0.0/24 192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4"
        " 2001::/23 2001:db8::/32 3fff::/20",
    ),
)
"""What is not public. Of IPv6, anything outside 2000::/3 is not public either."""

NOT_PUBLIC = [
    (ip_network(network), kind)
    for kind, networks in KINDS
    for network in networks.split()
]

PUBLIC_V6 = ip_network("2000::/3")

NAT64 = IPv6Network("64:ff9b::/96")
"""The last 32 bits are the IPv4 address that is meant (RFC 6052)."""

ENDS_WITH_IPV4 = (
    NAT64,
    # NAT64 of one network alone (RFC 8215). It may use another part of the address
    # for the IPv4 address, but the last 32 bits are what most gateways use.
    IPv6Network("64:ff9b:1::/48"),
    # Compatible addresses: the old way to write IPv4 as IPv6 (RFC 4291, 2.5.5.1).
    IPv6Network("::/96"),
)
LAST_32_BITS = 0xFFFF_FFFF

ISATAP = 0x5EFE
"""Between the network and an IPv4 address, with any flag for “global” (RFC 5214)."""
GLOBAL_FLAG = 0x0200_0000

METADATA_SERVICES = frozenset(
    ip_address(address)
    for address in (
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "169.254.42.42",
        "169.254.0.23",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254",
        "fd00:42::42",
        "fe80::a9fe:a9fe",
    )
)
"""Where clouds hand out the credentials of a machine."""


def kind_of(address: Address) -> str | None:
    """Why this address is not public; None: it is.

    >>> kind_of(ip_address("64:ff9b::7f00:1"))
    'a loopback address'
    """
    if address.version == 6 and address in NAT64:
        return kind_of(IPv4Address(int(address) & LAST_32_BITS))

    for network, kind in NOT_PUBLIC:
        if address in network:
            return kind

    if address.version == 6 and address not in PUBLIC_V6:
        return "a reserved address"
    return None


def without_mapping(address: Address) -> Address:
    """The address that is meant: IPv4 written as IPv6 is IPv4, and no zone counts.

    A zone says through which interface an address is reached. It is part of the
    address for Python, so one with a zone would equal no other.

    >>> without_mapping(ip_address("::ffff:127.0.0.1"))
    IPv4Address('127.0.0.1')
    >>> without_mapping(ip_address("fd00:ec2::254%1"))
    IPv6Address('fd00:ec2::254')
    """
    if not isinstance(address, IPv6Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return IPv6Address(int(address))


def ways_to(address: Address) -> frozenset[Address]:
    """The address, and each IPv4 address to which a gateway may send what it gets.

    >>> sorted(map(str, ways_to(ip_address("2002:7f00:1::"))))
    ['127.0.0.1', '2002:7f00:1::']
    """
    address = without_mapping(address)
    if isinstance(address, IPv4Address):
        return frozenset({address})

    found: set[Address] = {address}
    if any(address in network for network in ENDS_WITH_IPV4) or _is_isatap(address):
        found.add(IPv4Address(int(address) & LAST_32_BITS))
    if address.sixtofour is not None:
        found.add(address.sixtofour)
    if address.teredo is not None:
        # The server that is asked, and the machine behind it.
        found.update(address.teredo)
    return frozenset(found)


def _is_isatap(address: IPv6Address) -> bool:
    middle = (int(address) >> 32) & LAST_32_BITS
    return middle & ~GLOBAL_FLAG == ISATAP
