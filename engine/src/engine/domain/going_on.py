"""How long work lets others go on beside it."""

from collections.abc import Callable

GoOn = Callable[[], None]
"""Called often while something is checked: it may rest, and it raises an error to end
the check."""


def go_on_always() -> None:
    """For a check that may take its time."""
