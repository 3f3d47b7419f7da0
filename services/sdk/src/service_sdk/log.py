"""How a service writes its log: each record begins a line, and nothing else does."""

import logging

LINE = "%(levelname)-7s %(name)s: %(message)s"

BAR = "    | "
"""Begins the lines of a traceback."""


class OneLine(logging.Formatter):
    """Messages quote what callers send; a line break in one must not begin a record.

    Other control characters could change what a terminal shows.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:
        return printable(super().formatMessage(record))

    def formatException(self, info: object) -> str:
        trace = super().formatException(info)  # type: ignore[arg-type]  # is private
        lines = trace.splitlines()
        return "\n".join(BAR + printable(line) for line in lines)


def printable(text: str) -> str:
    r"""The text in one line; characters that cannot be seen are escaped.

    >>> printable("one\ntwo")
    'one\\ntwo'
    """
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode()
        for one in text
    )


def write_log() -> None:
    """Write the log of this process to its standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine(LINE))
    logging.basicConfig(level=logging.INFO, handlers=[handler])

    # It would log a line for each callback and announcement.
    logging.getLogger("httpx").setLevel(logging.WARNING)
