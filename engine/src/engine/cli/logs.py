"""How log lines look: for people, or as JSON for programs that gather them."""

import json
import logging
import traceback
from datetime import UTC, datetime

from engine.cli.plain_text import only_text
from engine.cli.trouble import Trouble
from engine.usecases.log_context import frame_in_turn, trace_in_turn

FORMS = ("text", "json")
TALKATIVE = ("pymongo", "botocore", "aiobotocore", "boto3", "httpcore")
"""Libraries whose lines for debugging quote what goes through them."""


class PlainLines(logging.Formatter):
    """Formats log lines, which may quote what came from outside, as text alone."""

    def format(self, record: logging.LogRecord) -> str:
        """The line without control characters."""
        return only_text(super().format(record))


class JsonLines(logging.Formatter):
    """Formats each event as one line of JSON, with the task that it is about."""

    def format(self, record: logging.LogRecord) -> str:
        """`time`, `level`, `logger`, `message`; what is known of `task`, `frame`,
        `trace`, `error`."""
        at = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }

        frame = frame_in_turn()
        if frame:
            line["task"] = frame.partition("/")[0]
            line["frame"] = frame
        trace = trace_in_turn()
        if trace:
            line["trace"] = trace
        if record.exc_info:
            line["error"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def configure_logs(level: str, *, times: bool, form: str = "text") -> None:
    """Write one line for each event, errors with their traceback."""
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        raise Trouble(
            f"“{level}” is not a log level", "use debug, info, warning or error"
        )
    if form not in FORMS:
        raise Trouble(f"“{form}” is not a form of log lines", "use text or json")

    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else _plain(times=times))
    logging.basicConfig(level=number, handlers=[handler])

    # At level info these two write a line for every request.
    for name in ("uvicorn", "httpx"):
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    # At level debug these write all that is stored, and keys of people's data with it:
    # what is erased in the stores would still be in the log.
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(number, logging.INFO))


def _plain(*, times: bool) -> PlainLines:
    pattern = "%(levelname)-7s %(name)s: %(message)s"
    return PlainLines(f"%(asctime)s {pattern}" if times else pattern)
