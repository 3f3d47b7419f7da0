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

NAT64 = ip_network("64:ff9b::/96")
"""The last 32 bits are the IPv4 address that is meant (RFC 6052)."""

METADATA_SERVICES = frozenset(
    ip_address(address)
    for address in (
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254",
    )
)
"""Where clouds hand out the credentials of a machine."""


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


def without_mapping(address: Address) -> Address:
    """The address that is meant: IPv4 written as IPv6 is IPv4.

    >>> without_mapping(ip_address("::ffff:127.0.0.1"))
    IPv4Address('127.0.0.1')
    """
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
