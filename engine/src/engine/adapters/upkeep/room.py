"""Says how much room a disk has."""

from engine.adapters.upkeep.findings import Finding, Level

MIB = 1 << 20

MIN_FREE_BYTES = 1024 * MIB
"""One request with binaries may have as much (MAX_BODY)."""


FULL_BYTES = 16 * MIB
"""With less an engine cannot even write down that a task has failed."""


def room(place: str, *, free: int) -> Finding:
    """Whether what is free is enough for now."""
    if free < FULL_BYTES:
        return Finding(
            Level.WRONG,
            f"{place} is full: it has {free // MIB} MiB left",
            "make room there: starts are answered 503, and no task goes on",
        )
    if free < MIN_FREE_BYTES:
        return Finding(
            Level.WEAK,
            f"{place} has only {free // MIB} MiB left",
            "make room there: while the disk is full, no task goes on",
        )
    return Finding(Level.GOOD, f"{place} has {free // MIB} MiB left")
