"""What Pillow does not tell of a JPEG: its scans, and what lies behind its end."""

import re
from functools import partial
from typing import BinaryIO

START = b"\xff\xd8"
END = 0xD9
SCAN = b"\xff\xda"
"""Begins a scan; in the data of a scan these two bytes cannot stand side by side."""

# A JPEG that is sent coarse first and then finer has about ten scans, and its preview
# as many. Each goes over all pixels, and needs only a few dozen bytes to do so.
MAX_SCANS = 100

PIECE_BYTES = 1_000_000
"""Of a file that is searched for scans."""

WITHOUT_LENGTH = frozenset([0x01, 0xD8, *range(0xD0, 0xD8)])
"""Markers that are nothing but themselves."""

# In the data of a scan, these two follow on each other only where it ends.
MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")

PADDING = b"\0\r\n \xff"
"""What programs put behind a file, without a meaning."""


def has_too_many_scans(stream: BinaryIO) -> bool:
    """Whether it is a JPEG that goes over its pixels again and again."""
    end = stream.read(len(START))
    if end != START:
        return False

    scans = 0
    for piece in iter(partial(stream.read, PIECE_BYTES), b""):
        # With the last byte of the piece before: it may divide the two.
        scans += (end + piece).count(SCAN)
        end = piece[-1:]
    return scans > MAX_SCANS


def has_more_behind(content: bytes) -> bool:
    """Whether something follows on the picture: another one, a preview, a film.

    >>> has_more_behind(b"\\xff\\xd8\\xff\\xda\\0\\2pixels\\xff\\xd9")
    False
    >>> has_more_behind(b"\\xff\\xd8\\xff\\xda\\0\\2pixels\\xff\\xd9film")
    True
    """
    marker = MARKER.search(content, len(START))
    while marker:
        kind = content[marker.start() + 1]
        place = marker.end()
        if kind == END:
            return bool(content[place:].strip(PADDING))

        if kind not in WITHOUT_LENGTH:
            place += int.from_bytes(content[place : place + 2], "big")
        marker = MARKER.search(content, place)
    return False
