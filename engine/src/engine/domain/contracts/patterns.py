"""Patterns of schemas: which of them can be used, and how much work they make.

The engine of the validator goes through a text once, whatever the pattern is. But for
each character it may look at each state of the pattern: at 8,000 states a text of ten
megabytes takes ten minutes.
"""

from functools import lru_cache

from jsonschema_rs import (
    Draft202012Validator,
    ReferencingError,
    RegexOptions,
    ValidationError,
)

PATTERN_BYTES = 256 << 10
"""Of one pattern, compiled. Some of them take much memory."""

SIZES = (1, 4, 16, 64, PATTERN_BYTES >> 10)
"""Kilobytes of memory, compiled. The validator does not tell how many a pattern takes,
only whether it is within a limit."""

BadPattern = (ValidationError, ReferencingError, ValueError)


def pattern_options(kilobytes: int = PATTERN_BYTES >> 10) -> RegexOptions:
    """The engine that takes linear time, and so much memory for each pattern."""
    return RegexOptions(size_limit=kilobytes << 10, dfa_size_limit=PATTERN_BYTES)


@lru_cache(maxsize=1_000)
def pattern_kilobytes(pattern: str) -> int:
    """How large a pattern is at most, compiled; 0: it cannot be used.

    A character takes a quarter of a microsecond for each kilobyte at most, as much as
    a schema that is applied to a value.

    >>> pattern_kilobytes("^[a-z]+$"), pattern_kilobytes("^((a{1,40}){1,40})+$")
    (1, 256)
    >>> pattern_kilobytes("(?=x)"), pattern_kilobytes("(a{999}){999}")
    (0, 0)
    """
    for size in SIZES:
        try:
            Draft202012Validator(
                {"pattern": pattern}, pattern_options=pattern_options(size)
            )
        except BadPattern:
            continue
        return size
    return 0


def is_usable(pattern: str) -> bool:
    """Whether the engine that takes linear time can read a pattern."""
    return pattern_kilobytes(pattern) > 0
