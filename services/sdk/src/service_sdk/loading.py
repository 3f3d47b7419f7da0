"""Loads what a service needs once, however many threads need it first."""

from collections.abc import Callable
from functools import cache, wraps
from threading import Lock
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def load_once(function: Callable[P, T]) -> Callable[P, T]:
    """A function that is called once for the same arguments, and remembers the result.

    With `functools.cache` alone, two threads that need a model first would both load
    it, and both would download its weights into the same folder. An error is not
    remembered: the next call tries again.
    """
    remembering = cache(function)
    loading = Lock()

    @wraps(remembering)
    def loaded(*args: P.args, **kwargs: P.kwargs) -> T:
        with loading:
            return remembering(*args, **kwargs)  # type: ignore[arg-type]  # it hashes

    return loaded
