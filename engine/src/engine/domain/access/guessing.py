"""How long somebody who gave wrong passwords has to wait: growing, and pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

FREE_FAILURES_OF_ACCOUNT = 5
"""People mistype; that many wrong passwords cost nothing."""
FREE_FAILURES_OF_ADDRESS = 20
"""A class room, or an office, may have one address."""
FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(minutes=5)
"""Who is guessed at can sign in again after that: longer would let a stranger keep them
out. It leaves 288 guesses a day."""
FORGOTTEN_AFTER = timedelta(hours=24)


IPV6_SITE_BITS = 64
"""Whoever has one address of IPv6 has all that begin with so many bits."""


def site_of(address: str) -> str:
    """Whom an address belongs to: all of theirs are counted together.

    >>> site_of("2001:db8::1"), site_of("::ffff:192.0.2.7"), site_of("192.0.2.7")
    ('2001:db8::/64', '192.0.2.7', '192.0.2.7')
    """
    try:
        known = ip_address(address)
    except ValueError:
        # That of a socket that is a file, or none.
        return address
    if isinstance(known, IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    # The zone of one's own link is no part of the address.
    plain = IPv6Address(int(known))
    return str(IPv6Network((plain, IPV6_SITE_BITS), strict=False))


@dataclass(frozen=True, slots=True)
class Failures:
    """How often in a row somebody was wrong, and when last."""

    count: int
    last_at: datetime

    def wait(self, now: datetime, free: int) -> timedelta:
        """How long the next try has to wait; nothing: it may be made now."""
        over = self.count - free
        if over < 0:
            return timedelta()

        # Twice as long each time; the exponent is bounded, or it would overflow.
        delay = min(FIRST_DELAY * (1 << min(over, 16)), LONGEST_DELAY)
        return max(self.last_at + delay - now, timedelta())


def failed(before: Failures | None, now: datetime) -> Failures:
    """The failures with one more."""
    if before is None or now - before.last_at > FORGOTTEN_AFTER:
        return Failures(1, now)
    return Failures(before.count + 1, now)
