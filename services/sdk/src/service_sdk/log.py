"""How a service writes its log: each record begins a line, and nothing else does."""

import base64
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import NoReturn

import orjson
from json_lines import about_frame, are_written, take_over

from service_sdk.errors import BadSetting

log = logging.getLogger("service_sdk.log")

LINE = "%(levelname)-7s %(name)s: %(task)s%(message)s"

BAR = "    | "
"""Begins the lines of a traceback."""

MAX_TASK_CHARACTERS = 80
"""Of the name of a task in a line."""

FORMS = ("", "text", "json")


@dataclass(frozen=True, slots=True)
class JobInLog:
    """What lines of the log say of a job. It can be sent to a process."""

    shown: str
    """As people read it."""

    about: Mapping[str, str | int]
    """`task`, `frame`, `node`, `attempt`, `trace`, as far as they are known."""


_job: ContextVar[JobInLog | None] = ContextVar("job", default=None)


@contextmanager
def job_in_log(job: JobInLog) -> Iterator[None]:
    """Name the job in each line that is logged in the block."""
    token = _job.set(job)
    try:
        yield
    finally:
        _job.reset(token)


def job_of(task_id: str, trace_id: str = "") -> JobInLog:
    """What the log says of a job that was ordered under this id.

    An engine gives the address of the attempt, with a signature that nobody else needs
    to see. Another caller's id is shown as it is.

    >>> address = base64.urlsafe_b64encode(b'["5e0c/faces[2]","blur",1,"x"]').decode()
    >>> job_of(address + ".signature").shown, job_of("mine").shown
    ('5e0c/faces[2] blur', 'mine')
    >>> job_of("mine", "4bf9").about
    {'task': 'mine', 'trace': '4bf9'}
    """
    trace = {"trace": trace_id} if trace_id else {}
    address = task_id.partition(".")[0]
    try:
        padded = address.encode() + b"=" * (-len(address) % 4)
        path, node, attempt, *_ = orjson.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, TypeError):
        shown = task_id[:MAX_TASK_CHARACTERS]
        return JobInLog(shown, {"task": shown, **trace})

    frame = str(path)[:MAX_TASK_CHARACTERS]
    about = {**about_frame(frame), "node": str(node)[:MAX_TASK_CHARACTERS], **trace}
    if isinstance(attempt, int):
        about["attempt"] = attempt
    return JobInLog(f"{path} {node}"[:MAX_TASK_CHARACTERS], about)


class OneLine(logging.Formatter):
    """Messages quote what callers send; a line break in one must not begin a record.

    Other control characters could change what a terminal shows.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:
        job = _job.get()
        record.task = f"[{job.shown}] " if job else ""
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
    """Write the log of this process to its standard error, as LOG_FORMAT says."""
    form = os.environ.get("LOG_FORMAT", "")
    if form not in FORMS:
        raise BadSetting(f"LOG_FORMAT={form!r} is not a form of log lines: text, json")

    if form == "json":
        take_over(logging.INFO, _about)
    else:
        handler = logging.StreamHandler()
        handler.setFormatter(OneLine(LINE))
        logging.basicConfig(level=logging.INFO, handlers=[handler])

    # It would log a line for each callback and announcement.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def end_with(reason: str) -> NoReturn:
    """End this process; the reason is told in the form of the log."""
    if not are_written():
        sys.exit(reason)
    log.critical("%s", reason)
    sys.exit(1)


def _about() -> Mapping[str, str | int]:
    job = _job.get()
    return job.about if job else {}
