"""How a service writes its log: each record begins a line, and nothing else does."""

import base64
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import orjson

LINE = "%(levelname)-7s %(name)s: %(task)s%(message)s"

BAR = "    | "
"""Begins the lines of a traceback."""


MAX_TASK_CHARACTERS = 80
"""Of the name of a task in a line."""

_task: ContextVar[str] = ContextVar("task", default="")


@contextmanager
def task_in_log(task: str) -> Iterator[None]:
    """Name the task in each line that is logged in the block."""
    token = _task.set(task)
    try:
        yield
    finally:
        _task.reset(token)


def shown_task(task_id: str) -> str:
    """What the log calls a task: its id in the engine, and the node.

    An engine gives the address of the attempt, with a signature that nobody else needs
    to see. Another caller's id is shown as it is.

    >>> address = base64.urlsafe_b64encode(b'["5e0c/faces[2]","blur",1,"x"]').decode()
    >>> shown_task(address + ".signature"), shown_task("mine")
    ('5e0c/faces[2] blur', 'mine')
    """
    address = task_id.partition(".")[0]
    try:
        padded = address.encode() + b"=" * (-len(address) % 4)
        path, node, *_ = orjson.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, TypeError):
        return task_id[:MAX_TASK_CHARACTERS]
    return f"{path} {node}"[:MAX_TASK_CHARACTERS]


class OneLine(logging.Formatter):
    """Messages quote what callers send; a line break in one must not begin a record.

    Other control characters could change what a terminal shows.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:
        task = _task.get()
        record.task = f"[{task}] " if task else ""
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
