"""How much is done in a run, and which choices are made in it.

CHAOS=full is the size of the promises; else it is a run of minutes.
"""

import os
import random
from typing import TypeVar

FULL = os.environ.get("CHAOS") == "full"
SEED = int(os.environ.get("CHAOS_SEED", "0")) or random.SystemRandom().randrange(
    1 << 32
)


T = TypeVar("T")


def sized(full: T, short: T) -> T:
    """What was promised, or what a run of minutes has time for."""
    return full if FULL else short
