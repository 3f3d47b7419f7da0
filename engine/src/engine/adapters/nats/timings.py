"""How long a replica waits for NATS and for the other replicas."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NatsTimings:
    """All in seconds. Replicas that share work should have the same ones."""

    answer_seconds: float = 3.0
    """After this NATS, or the replica that was asked, counts as unavailable. An event
    whose owner hangs waits so long until another replica takes its turn."""

    heartbeat_seconds: float = 1.0
    """Between two heartbeats of a replica. Each replica hears those of all others, so
    that their number grows with the square of the replicas."""

    absent_after_seconds: float = 3.5
    """A replica without a heartbeat for so long counts as absent, and the others take
    its work. Three heartbeats may be lost or late."""

    listen_seconds: float = 0.3
    """How long a newcomer listens before it takes work. The others answer its first
    heartbeat at once; without this time it would take work that others have."""

    look_seconds: float = 5.0
    """Between two looks at which partitions are really sent here. Two replicas that
    disagreed for a moment may both have claimed one; the look finds what was lost."""
