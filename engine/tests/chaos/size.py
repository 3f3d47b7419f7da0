"""How much is done in a run, and which choices are made in it.

CHAOS=full is the size of the promises; else it is a run of minutes.
"""

import os
import random

FULL = os.environ.get("CHAOS") == "full"
SEED = int(os.environ.get("CHAOS_SEED", "0")) or random.SystemRandom().randrange(
    1 << 32
)


def sized(full: int, short: int) -> int:
    """A number of the promises, or one for a run of minutes."""
    return full if FULL else short
