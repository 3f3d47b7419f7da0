"""How much may wait in the stream, and how the work is divided."""

from dataclasses import dataclass

PARTITIONS = 64
"""Shares of the task ids. Each is one consumer at the server, and with more replicas
than shares some replicas have no turns to take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NatsLimits:
    """A full stream refuses more: posting is `Unavailable`, and nothing is dropped."""

    waiting_events: int = 1_000_000
    waiting_bytes: int = 256 << 20
    """Bounds the disk space of each of the two streams."""

    pending_events: int = 64
    """Events of a partition that one replica has at once. Those of all partitions are
    fewer than the events that may wait in its lanes."""

    failed_turns: int = 5
    """Turns of an event that may fail by a mistake of ours before the event is dead. An
    outage is no mistake, and is not counted."""

    partitions: int = PARTITIONS
    """All replicas must agree: to change it, drain the stream first."""
