"""Turns what Monty raises into `CodeFailed`, in words an author understands."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from pydantic_monty import (
    MontyConversionError,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySyntaxError,
)

from engine.domain.errors import CodeFailed

from .limits import MIB, SandboxLimits

LONGEST = 500
_SYNTAX = re.compile(r"(?P<message>.*) \(<string>, line (?P<line>\d+)\)$", re.DOTALL)
_UNSUPPORTED = "NotImplementedError: The monty syntax parser does not yet support "
_UNDEFINED = re.compile(r"NameError: name '(\w+)' is not defined")


def failure(
    error: MontyError,
    limits: SandboxLimits,
    aliases: Mapping[str, str],
    names: Iterable[str],
) -> CodeFailed:
    """What to tell the author; names are those the code could have meant."""
    if isinstance(error, MontyCrashedError):
        return CodeFailed(_crashed(error, limits))
    if isinstance(error, MontyConversionError):
        return CodeFailed("the data that the code reads are not JSON")
    if not isinstance(error, MontyRuntimeError | MontySyntaxError):
        return CodeFailed("the sandbox failed")
    frames = [frame for frame in error.traceback() if frame.filename == "<string>"]
    line = frames[0].line if frames else None
    text = error.display("type-msg")[: 2 * LONGEST]
    if syntax := _SYNTAX.match(text):
        text, line = syntax["message"], int(syntax["line"])
    elif not frames:  # raised by the prelude, while it read back or checked a limit
        text = text.removeprefix("ValueError: ").removeprefix("TypeError: ")
    text = _worded(text, limits)
    for alias, name in aliases.items():
        text = text.replace(f"'{alias}'", f"'{name}'")
    return CodeFailed(_with_hint(text, names)[:LONGEST], line)


def _crashed(error: MontyCrashedError, limits: SandboxLimits) -> str:
    if error.timed_out:
        return _too_long(limits)
    return "the code made its sandbox crash"


def _too_long(limits: SandboxLimits) -> str:
    return f"the code ran longer than {limits.run_time.total_seconds():g} s"


def _worded(text: str, limits: SandboxLimits) -> str:
    """The message with the sandbox's own limits said plainly."""
    if text.startswith("TimeoutError: feed time limit exceeded"):
        return _too_long(limits)
    if text.startswith("TimeoutError: sleep limit exceeded"):
        return "the code may not sleep"
    if text.endswith(f" > {limits.printed_bytes} bytes"):
        return f"the code printed more than {limits.printed_bytes:,} bytes"
    if text.startswith("MemoryError: ") and "memory limit" in text:
        return f"the code needed more than {limits.memory_bytes // MIB} MiB of memory"
    if text.startswith(_UNSUPPORTED):
        text = f"the sandbox does not know {text.removeprefix(_UNSUPPORTED)}"
        return text + ("; use .pop(key)" if "'del'" in text else "")
    return text.replace("'View' object", "this object")


def _with_hint(text: str, names: Iterable[str]) -> str:
    if undefined := _UNDEFINED.match(text):
        if close := get_close_matches(undefined[1], names, n=1):
            return f"{text}; did you mean '{close[0]}'?"
    return text
