"""Compares the clock of a store with the one here."""

from datetime import datetime, timedelta

from engine.adapters.upkeep.findings import Finding, Level

NOTICEABLE = timedelta(seconds=2)
"""Times of tasks that replicas show differ by as much; deadlines come early or late."""

HARMFUL = timedelta(seconds=30)
"""Services announce themselves so often: with other clocks they come and go."""

REMEDY = "let a time service (NTP) set both clocks: timedatectl, chronyc tracking"


def clock(
    name: str, there: datetime, *, asked_at: datetime, answered_at: datetime
) -> Finding:
    """How far a clock is from the one here, as far as the time of the answer tells."""
    # It was read at some moment between the question and the answer.
    ahead = there - answered_at
    behind = asked_at - there
    apart = max(ahead, behind, timedelta())
    seconds = f"{apart.total_seconds():.1f} s"

    if apart < NOTICEABLE:
        return Finding(Level.GOOD, f"the clock of {name} agrees with the one here")

    direction = "ahead of" if ahead > behind else "behind"
    level = Level.WRONG if apart >= HARMFUL else Level.WEAK
    return Finding(
        level, f"the clock of {name} is {seconds} {direction} the one here", REMEDY
    )
