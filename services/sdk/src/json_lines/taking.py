"""Makes all that a process writes of itself lines of JSON."""

import io
import logging
import sys
import threading
from types import TracebackType
from typing import Any, TextIO

from json_lines.lines import About, JsonLines

MAX_PRINTED_CHARACTERS = 8_000
"""What is printed without a line break is a record when it is so long."""

log = logging.getLogger("process")


def take_over(level: int, about: About = dict) -> None:
    """Write the log as JSON from here on, and what else goes to standard output.

    That is what is printed, warnings, and errors that nobody catches. What libraries in
    other languages write by themselves goes past Python.
    """
    if are_written():
        logging.getLogger().setLevel(level)
        return

    stream = sys.stderr
    if isinstance(stream, io.TextIOWrapper):
        # In a container without a locale it could be ASCII.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines(about))
    logging.basicConfig(level=level, handlers=[handler], force=True)

    logging.captureWarnings(True)
    sys.excepthook = _told
    threading.excepthook = _told_by_thread
    sys.unraisablehook = _told_by_nobody
    # Of standard error too: libraries and authors print tracebacks there.
    sys.stdout = Printed(logging.getLogger("stdout"), logging.INFO, stream)
    sys.stderr = Printed(logging.getLogger("stderr"), logging.WARNING, stream)


def are_written() -> bool:
    """Whether this process writes its log as JSON."""
    return isinstance(sys.stderr, Printed)


class Printed(io.TextIOBase):
    """Takes what is printed, and logs each line of it."""

    def __init__(self, log: logging.Logger, level: int, stream: TextIO) -> None:
        self._log = log
        self._level = level
        self._stream = stream
        # Threads print at once. A line that logging prints by itself comes back here.
        self._lock = threading.RLock()
        self._rest = ""

    @property
    def encoding(self) -> str:  # type: ignore[override]  # nobody sets it
        return "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]  # nobody sets it
        return "backslashreplace"

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        """Of the file below: programs that are started write there."""
        return self._stream.fileno()

    def write(self, text: str) -> int:
        """Log the lines that are whole."""
        with self._lock:
            *lines, self._rest = (self._rest + text).split("\n")
            if len(self._rest) > MAX_PRINTED_CHARACTERS:
                lines.append(self._rest)
                self._rest = ""
        for line in lines:
            self._tell(line)
        return len(text)

    def flush(self) -> None:
        """Log the beginning of a line: who wants it written may write no more."""
        with self._lock:
            line = self._rest
            self._rest = ""
        self._tell(line)

    def _tell(self, line: str) -> None:
        if line.strip():
            self._log.log(self._level, "%s", line)


def _told(
    kind: type[BaseException], fault: BaseException, trace: TracebackType | None
) -> None:
    log.critical(
        "it ends by an error: %s", kind.__name__, exc_info=(kind, fault, trace)
    )


def _told_by_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is None or told.exc_type is SystemExit:
        return
    reason = (told.exc_type, told.exc_value, told.exc_traceback)
    log.error("a thread has ended by an error", exc_info=reason)


def _told_by_nobody(told: Any) -> None:
    """An error that nobody can catch, such as one in `__del__`."""
    if told.exc_value is None:
        return
    reason = (told.exc_type, told.exc_value, told.exc_traceback)
    log.error("%s", told.err_msg or "an error was ignored", exc_info=reason)
