"""Who is connected: the places of each peer, and who gives one up for a newcomer.

A connection is in at most one of three queues of its peer:

    waiting     for the head of a request: it is idle, or its head is not complete
    receiving   the head has come, the body not yet
    stalled     the client does not read the answer

It is in none while the application works for it. Who is longest in a queue gives up its
place first, in the order of the queues. So whoever holds many connections and does not
use them loses them, and the server can be reached.
"""

import ipaddress
from collections.abc import Iterator
from typing import Protocol

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from bounded_server.limits import ServerLimits
from bounded_server.refusals import MADE_ROOM, Refusal, Refusals

IPV6_NETWORK_BITS = 64
"""What a customer gets at least: its single addresses can be chosen without number."""


class Held(Protocol):
    """A connection, as its place sees it."""

    def refuse(self, refusal: Refusal) -> None:
        """Answer if that is possible, and close."""

    def drop(self, refusal: Refusal) -> None:
        """Close at once, without an answer."""

    def check(self, now: float) -> None:
        """End the connection if the client is too slow."""


class Peer:
    """The connections of one address."""

    __slots__ = ("count", "name", "receiving", "stalled", "waiting")

    def __init__(self, name: str) -> None:
        self.name = name
        self.count = 0
        # Ordered sets: the first one is there longest.
        self.waiting: dict[Held, None] = {}
        self.receiving: dict[Held, None] = {}
        self.stalled: dict[Held, None] = {}

    def make_room(self) -> bool:
        """End the connection that can be missed most; False: all are being served."""
        if self.waiting:
            next(iter(self.waiting)).drop(MADE_ROOM)
        elif self.receiving:
            next(iter(self.receiving)).refuse(MADE_ROOM)
        elif self.stalled:
            next(iter(self.stalled)).drop(MADE_ROOM)
        else:
            return False
        return True


class Connections:
    """All connections of one server. A collector of figures for Prometheus, too."""

    def __init__(self, limits: ServerLimits) -> None:
        self.limits = limits
        self.refusals = Refusals()
        self.now = 0.0
        """The time of the last sweep: exact enough, and free of cost."""
        self._peers: dict[str, Peer] = {}
        self._held: dict[Held, Peer] = {}
        # They have no place any more, but their last bytes are still to be sent.
        self._closing: set[Held] = set()

    def admit(self, connection: Held, name: str) -> Peer | None:
        """A place for the connection of this peer; None: there is none."""
        peer = self._peers.get(name) or Peer(name)
        if not self._make_room(peer):
            return None

        # Only now: the room may have been made by this peer's last other connection.
        self._peers[name] = peer
        peer.count += 1
        peer.waiting[connection] = None
        self._held[connection] = peer
        return peer

    def refused(self, connection: Held, refusal: Refusal, name: str) -> None:
        """The connection of this peer was ended; its place is free from now on."""
        self.refusals.add(refusal, name)
        self.left(connection)
        self._closing.add(connection)

    def left(self, connection: Held) -> None:
        """The connection is closed; more than once is allowed."""
        self._closing.discard(connection)
        peer = self._held.pop(connection, None)
        if peer is None:
            return

        peer.count -= 1
        for queue in (peer.waiting, peer.receiving, peer.stalled):
            queue.pop(connection, None)
        if not peer.count:
            self._peers.pop(peer.name, None)

    def sweep(self, now: float) -> None:
        """End the connections that are too slow. To be called every second."""
        self.now = now
        # A copy: those that are ended leave.
        for connection in [*self._held, *self._closing]:
            connection.check(now)
        self.refusals.tell(now)

    def collect(self) -> Iterator[Metric]:
        """The figures, as a registry of prometheus_client asks for them."""
        yield GaugeMetricFamily(
            "http_connections", "Connections open now", value=len(self._held)
        )
        ended = CounterMetricFamily(
            "http_refused_connections",
            "Connections ended because of a limit of the server",
            labels=("reason",),
        )
        for name, count in self.refusals.counts.items():
            ended.add_metric((name,), count)
        yield ended

    def _make_room(self, peer: Peer) -> bool:
        if peer.count >= self.limits.max_peer_connections:
            return peer.make_room()
        if len(self._held) < self.limits.max_connections:
            return True

        # Who has most connections can best do without one.
        largest = max(self._peers.values(), key=lambda peer: peer.count)
        return largest.make_room()


def peer_of(host: str) -> str:
    """Who is behind an address: a network of IPv6 counts as one.

    >>> peer_of("192.0.2.7"), peer_of("::ffff:192.0.2.7"), peer_of("2001:db8:1:2::5")
    ('192.0.2.7', '192.0.2.7', '2001:db8:1:2::/64')
    """
    if ":" not in host:
        return host

    address = ipaddress.IPv6Address(host.partition("%")[0])
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((address, IPV6_NETWORK_BITS), strict=False))
