"""What must hold during every attack, and how much of it a run does.

ATTACK=full is what `make attack` promises. Otherwise a run takes a minute, beside other
tests: then only what a busy machine cannot disturb is judged by the goal.
"""

import os
from typing import TypeVar

import pytest

FULL = os.environ.get("ATTACK") == "full"

MAX_MEMORY_BYTES = 200 << 20
"""How much more memory the engine may take than before the attack."""

MAX_STALL_SECONDS = 0.25 if FULL else 5.0
"""How long the engine may not answer anybody."""

# An ordinary task takes 20 ms; measured for coverage beside other tests it may take
# 30 times as long. Two seconds still mean that somebody waits for the attacker.
MAX_DELAY_FACTOR = 2.0 if FULL else 100.0
"""How many times as long an ordinary task may take."""

ORDINARY_TASKS = 50 if FULL else 10
"""At least so many ordinary tasks are measured before an attack, and during it."""

only_full = pytest.mark.skipif(not FULL, reason="make attack runs it: it takes long")
"""For attacks of which tests of the attacked part tell most in a short run."""

T = TypeVar("T")


def sized(full: T, short: T) -> T:
    """The promised size, or that of a short run."""
    return full if FULL else short
