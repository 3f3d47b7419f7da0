"""What settings that are addresses say."""

import ipaddress
import re

# One of several addresses: its scheme, and all up to the next one.
_ADDRESS = re.compile(r"(\w+://)(.*?)(?=,\s*\w+://|$)", re.DOTALL)


def without_password(url: str) -> str:
    """Addresses that may stand in a log: without names, passwords and options.

    A password may hold any character: all before the last @ of an address is left out.

    >>> without_password("http://key:secret@127.0.0.1:9000/bucket?region=r")
    'http://127.0.0.1:9000/bucket'
    >>> without_password("nats://me:one@a:4222,nats://me:t/?wo@b:4222?replicas=3")
    'nats://a:4222,nats://b:4222'
    """

    def shown(found: re.Match[str]) -> str:
        scheme, address = found.groups()
        return f"{scheme}{address.rpartition('@')[2].partition('?')[0]}"

    return _ADDRESS.sub(shown, url)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a listener at this address.

    >>> is_loopback("127.0.0.1"), is_loopback("0.0.0.0"), is_loopback("localhost")
    (True, False, True)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
