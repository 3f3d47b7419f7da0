"""Changes what is kept with a revision, whoever else changes it meanwhile."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def revised(
    get: Callable[[], Awaitable[T]],
    change: Callable[[T], T],
    save: Callable[[T], Awaitable[T | None]],
) -> T:
    """What was saved; what is known already, if nothing changes.

    `save` gives None if somebody else was first: then the change is made again, of what
    is kept by then. Raises what these raise.
    """
    while True:
        known = await get()
        changed = change(known)
        if changed == known:
            return known
        saved = await save(changed)
        if saved is not None:
            return saved
