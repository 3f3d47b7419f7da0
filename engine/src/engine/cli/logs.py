"""How log lines look: for people, or as JSON for programs that gather them."""

import logging
import os

import json_lines

from engine.cli.plain_text import only_text
from engine.cli.trouble import Trouble, fault_line
from engine.usecases import log_context

TEXT = "text"
JSON = "json"
FORMS = (TEXT, JSON)
TALKATIVE = ("pymongo", "botocore", "aiobotocore", "boto3", "httpcore")
"""Libraries whose lines for debugging quote what goes through them."""


class PlainLines(logging.Formatter):
    """Formats log lines, which may quote what came from outside, as text alone."""

    def format(self, record: logging.LogRecord) -> str:
        """The line without control characters."""
        return only_text(super().format(record))


def configure_logs(level: str, *, times: bool, form: str = TEXT) -> None:
    """Write one line for each event, errors with their traceback."""
    if form not in FORMS:
        raise Trouble(f"“{form}” is not a form of log lines", "use text or json")
    if form == JSON:
        # At once: what is wrong with the rest is told in this form.
        json_lines.take_over(logging.INFO, log_context.about)

    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        raise Trouble(
            f"“{level}” is not a log level", "use debug, info, warning or error"
        )
    if form == JSON:
        logging.getLogger().setLevel(number)
    else:
        handler = logging.StreamHandler()
        handler.setFormatter(_plain(times=times))
        logging.basicConfig(level=number, handlers=[handler])

    # At level info these two write a line for every request.
    for name in ("uvicorn", "httpx"):
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    # At level debug these write all that is stored, and keys of people's data with it:
    # what is erased in the stores would still be in the log.
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(number, logging.INFO))


def log_trouble(message: str, remedy: str = "") -> bool:
    """Tell in the log why a command ends; False if its lines are for people."""
    if os.environ.get("LOG_FORMAT") == JSON:
        json_lines.take_over(logging.INFO, log_context.about)
    if not json_lines.are_written():
        return False

    logging.getLogger("engine").critical("%s", message, extra={"remedy": remedy})
    return True


def log_end(trouble: Trouble) -> bool:
    """The same, of a `Trouble` with all that it has found."""
    faults = [fault_line(fault) for fault in trouble.faults]
    return log_trouble("; ".join([trouble.message, *faults]), trouble.remedy)


def _plain(*, times: bool) -> PlainLines:
    pattern = "%(levelname)-7s %(name)s: %(message)s"
    return PlainLines(f"%(asctime)s {pattern}" if times else pattern)
