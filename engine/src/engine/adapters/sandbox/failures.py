"""Turns what Monty raises into `CodeFailed`, in words an author understands."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_monty import (
    Frame,
    MontyConversionError,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySyntaxError,
)

from engine.adapters.sandbox.limits import MIB, SandboxLimits
from engine.adapters.sandbox.met import Limit, LimitMet
from engine.adapters.sandbox.missing import with_what_there_is
from engine.domain.errors import CodeFailed
from engine.domain.suggestions import REQUEST_STEPS, Suggestions

MAX_MESSAGE_CHARACTERS = 500
"""Authors choose the text of their errors, and it is stored with the task."""

AUTHORS_FILE = "<string>"
"""How Monty names code that was given to `exec` or `eval`."""

_SYNTAX_ERROR = re.compile(
    r"(?P<message>.*) \(<string>, line (?P<line>\d+)\)$", re.DOTALL
)
_UNSUPPORTED = "NotImplementedError: The monty syntax parser does not yet support "
_UNDEFINED = re.compile(r"NameError: name '(\w+)' is not defined")

_TIME_LIMIT = "TimeoutError: feed time limit exceeded"
_PRINTED_LIMIT = " > {} bytes"

# What Monty raises when a limit is met, and what the prelude does. Code that raises the
# same words counts as well, which hurts nobody.
_LIMITS: Mapping[Limit, re.Pattern[str]] = {
    "run_time": re.compile(_TIME_LIMIT),
    "memory_bytes": re.compile(r"MemoryError: .*memory limit"),
    "call_depth": re.compile(r"RecursionError: "),
    "host_requests": re.compile(r".*suspension limit"),
    "output_values": re.compile(r"ValueError: .* is beyond the most values allowed$"),
    "output_depth": re.compile(r"ValueError: .* is nested too deeply$"),
}


def failure(
    error: MontyError,
    *,
    limits: SandboxLimits,
    aliases: Mapping[str, str],
    names: Iterable[str],
    source: str,
    seen: Mapping[str, Any],
) -> CodeFailed:
    """What to tell the author; names are those the code could have meant.

    `source` is the code with its aliases, `seen` the data that it was given.
    """
    if isinstance(error, MontyCrashedError):
        return _crashed(error, limits)
    if isinstance(error, MontyConversionError):
        return CodeFailed("the data that the code reads are not JSON")
    if not isinstance(error, MontyRuntimeError | MontySyntaxError):
        return CodeFailed("the sandbox failed")

    # Cut before it is searched: it may have megabytes. Some of it is removed below, so
    # that more is kept here than in the end.
    said = error.display("type-msg")[: 2 * MAX_MESSAGE_CHARACTERS]
    text, line, frame = _text_and_place(error, said)
    text = with_what_there_is(_worded(text, limits), frame, source, seen)
    for alias, name in aliases.items():
        text = text.replace(f"'{alias}'", f"'{name}'")
    text = _with_hint(text, names)[:MAX_MESSAGE_CHARACTERS]

    limit = _limit_met(said, limits)
    return LimitMet(limit, text, line) if limit else CodeFailed(text, line)


def _limit_met(said: str, limits: SandboxLimits) -> Limit | None:
    """The limit that an error tells of, if it does."""
    if said.endswith(_PRINTED_LIMIT.format(limits.printed_bytes)):
        return "printed_bytes"
    for limit, words in _LIMITS.items():
        if words.match(said):
            return limit
    return None


def _text_and_place(
    error: MontyRuntimeError | MontySyntaxError,
    text: str,
) -> tuple[str, int | None, Frame | None]:
    """The error's message, the line of the author's code, and the frame there."""
    # The prelude's own frames have another file name.
    frames = [frame for frame in error.traceback() if frame.filename == AUTHORS_FILE]
    syntax = _SYNTAX_ERROR.match(text)

    if syntax:
        return syntax["message"], int(syntax["line"]), None
    if frames:
        # The innermost one: where a function of the author failed, not its call.
        return text, frames[-1].line, frames[-1]

    # The prelude raised it, while it read back or checked a limit: its messages are
    # whole sentences, and the type of the error says nothing to the author.
    sentence = text.removeprefix("ValueError: ").removeprefix("TypeError: ")
    return sentence, None, None


def _crashed(error: MontyCrashedError, limits: SandboxLimits) -> CodeFailed:
    if error.timed_out:
        return LimitMet("run_time", _too_long(limits))
    return LimitMet("worker", "the code made its sandbox crash")


def _too_long(limits: SandboxLimits) -> str:
    return f"the code ran longer than {limits.run_time.total_seconds():g} s"


def _worded(text: str, limits: SandboxLimits) -> str:
    """The message with the sandbox's own limits said plainly."""
    if text.startswith(_TIME_LIMIT):
        return _too_long(limits)
    if text.startswith("TimeoutError: sleep limit exceeded"):
        return "the code may not sleep"
    if text.endswith(_PRINTED_LIMIT.format(limits.printed_bytes)):
        return f"the code printed more than {limits.printed_bytes:,} bytes"
    if text.startswith("MemoryError: ") and "memory limit" in text:
        return f"the code needed more than {limits.memory_bytes // MIB} MiB of memory"
    if text.startswith(_UNSUPPORTED):
        return _unsupported(text.removeprefix(_UNSUPPORTED))

    return text.replace("'View' object", "this object")


def _unsupported(syntax: str) -> str:
    hint = "; use .pop(key)" if "'del'" in syntax else ""
    return f"the sandbox does not know {syntax}{hint}"


def _with_hint(text: str, names: Iterable[str]) -> str:
    undefined = _UNDEFINED.match(text)
    if not undefined:
        return text

    close = Suggestions(REQUEST_STEPS).closest(undefined[1], names)
    if close is None:
        return text
    return f"{text}; did you mean '{close}'?"
