"""One record of the log as one line of JSON."""

import json
import logging
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

MAX_MESSAGE_CHARACTERS = 8_000
"""Of a message: it may quote what callers send. Docker cuts lines at 16 kB, and half an
object is none."""

MAX_ERROR_CHARACTERS = 6_000
"""Of a traceback: its end, which says what happened, and a part of its beginning."""

BEGINNING_CHARACTERS = 1_000
CUT = " … "

REMEDY = "remedy"
"""What `extra` may have besides `frame`: what to do about it. Others may say there what
no log should have."""

About = Callable[[], Mapping[str, str | int]]
"""What the lines are about that are logged now: task, frame, node, attempt, trace."""


class JsonLines(logging.Formatter):
    """Formats each record as one line; it never raises, whatever a record holds."""

    def __init__(self, about: About = dict) -> None:
        super().__init__()
        self._about = about

    def format(self, record: logging.LogRecord) -> str:
        """`time`, `level`, `logger`, `message`; what is known of `task`, `frame`,
        `node`, `attempt`, `trace`, `error`."""
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, str | int] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": cut(_message(record), MAX_MESSAGE_CHARACTERS),
        }
        line |= _frame_of(record) or self._about()

        remedy = getattr(record, REMEDY, None)
        if remedy:
            line[REMEDY] = cut(str(remedy), MAX_MESSAGE_CHARACTERS)
        error = _error(record)
        if error:
            line["error"] = cut(error, MAX_ERROR_CHARACTERS)
        return written(line)


def about_frame(path: str) -> dict[str, str | int]:
    """What a line says of a frame.

    >>> about_frame("5e0c/faces[2]")
    {'task': '5e0c', 'frame': '5e0c/faces[2]'}
    """
    return {"task": path.partition("/")[0], "frame": path}


def written(line: Mapping[str, object]) -> str:
    r"""The object in one line, also for readers that break lines at other characters.

    >>> written({"message": "né"}), written({"message": "a\u2028b"})
    ('{"message": "né"}', '{"message": "a\\u2028b"}')
    """
    text = json.dumps(line, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(line)


def cut(text: str, most: int) -> str:
    """A text that may be long, without its middle.

    >>> cut("a" * 5000, 2000)[998:1004]
    'aa … a'
    """
    if len(text) <= most:
        return text
    end = most - BEGINNING_CHARACTERS
    return f"{text[:BEGINNING_CHARACTERS]}{CUT}{text[-end:]}"


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception as fault:
        # Arguments that do not fit, or that cannot say what they are.
        return f"{record.msg!s} (its arguments cannot be written: {fault!r})"


def _frame_of(record: logging.LogRecord) -> dict[str, str | int]:
    """Which frame a record names by itself, where none has its turn."""
    path = getattr(record, "frame", None)
    return about_frame(str(path)) if path else {}


def _error(record: logging.LogRecord) -> str:
    if record.exc_info:
        return "".join(traceback.format_exception(*record.exc_info))
    # Of a record that came out of another process.
    return record.exc_text or record.stack_info or ""
