"""Leaves out of a text what a terminal would obey."""

import re

# Terminals obey control characters: they move the cursor, write into the clipboard,
# rename the window. The marks of direction let a text be read in another order than
# the one it has, and half a surrogate pair cannot be written at all.
_NOT_TEXT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def only_text(text: str) -> str:
    """The text without what a terminal would obey; lines and tabs stay.

    >>> only_text("a\\x1b[2Jb")
    'a[2Jb'
    """
    return _NOT_TEXT.sub("", text)
