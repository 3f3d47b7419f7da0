"""Lets an attacker, who would be on another machine, give way on this one."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from attacks.goals import FULL

# A tenth of the share of the engine and its users, if all want the same core.
NICER_BY = 10

THREADS = Path("/proc/self/task")


@contextmanager
def giving_way() -> Iterator[None]:
    """The threads of this process have a low priority as long as the block runs.

    Only if the system lets them have their own back: then it is root, as a rule. And
    not beside other tests, which would leave nothing for the attacker.
    """
    own = os.getpriority(os.PRIO_PROCESS, 0)
    if not FULL or not _can_come_back(own):
        yield
        return

    _set(own + NICER_BY)
    try:
        yield
    finally:
        _set(own)


def _can_come_back(own: int) -> bool:
    """Tried in a thread that ends: on Linux each thread has a priority of its own."""

    def there_and_back() -> bool:
        os.setpriority(os.PRIO_PROCESS, 0, own + NICER_BY)
        try:
            os.setpriority(os.PRIO_PROCESS, 0, own)
        except PermissionError:
            return False
        return True

    if not THREADS.exists():
        return False
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(there_and_back).result()


def _set(priority: int) -> None:
    for thread in THREADS.iterdir():
        # A thread may end meanwhile.
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, int(thread.name), priority)
