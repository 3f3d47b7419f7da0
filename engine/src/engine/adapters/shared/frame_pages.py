"""How much of the documents of frames comes in one page."""

PAGE_BYTES = 4 << 20
"""From here on a page is full. A page of 500 frames may be 500 MB of JSON: it would be
in memory at once, and reading it would stop the event loop for seconds."""


class PageBytes:
    """Counts the bytes of the documents in a page."""

    def __init__(self) -> None:
        self._bytes = 0

    def is_full_with(self, document: bytes | str) -> bool:
        """Whether nothing more should follow this one."""
        self._bytes += len(document)
        return self._bytes >= PAGE_BYTES
