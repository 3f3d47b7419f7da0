"""Says how much room a disk has."""

from engine.adapters.upkeep.findings import Finding, Level

MIB = 1 << 20

MIN_FREE_BYTES = 1024 * MIB
"""One request with binaries may have as much (MAX_BODY)."""


def room(place: str, *, free: int) -> Finding:
    """Whether what is free is enough for now."""
    if free < MIN_FREE_BYTES:
        return Finding(
            Level.WEAK,
            f"{place} has only {free // MIB} MiB left",
            "make room there: while the disk is full, no task goes on",
        )
    return Finding(Level.GOOD, f"{place} has {free // MIB} MiB left")
