"""How much is done in a run, and which random choices are made in it.

CHAOS=full is the size that `make chaos` promises; otherwise a run takes minutes.
"""

import os
import random
from typing import TypeVar

FULL = os.environ.get("CHAOS") == "full"


def _seed() -> int:
    """CHAOS_SEED makes the same choices again."""
    given = int(os.environ.get("CHAOS_SEED", "0"))
    return given or random.SystemRandom().randrange(1 << 32)


SEED = _seed()

T = TypeVar("T")


def sized(full: T, short: T) -> T:
    """The promised size, or that of a run of minutes."""
    return full if FULL else short
