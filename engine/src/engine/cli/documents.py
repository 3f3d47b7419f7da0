"""Reads and checks pipeline documents on this machine."""

import sys
from pathlib import Path

from engine.api.body.strict_json import parse
from engine.api.limits import ApiLimits
from engine.cli.trouble import Trouble
from engine.domain.checks.check import check
from engine.domain.errors import EngineError
from engine.domain.values import Json


def read_document(path: Path) -> Json:
    """The JSON of a file (`-`: of standard input), read as the engine reads it."""
    try:
        raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise Trouble(f"{path} cannot be read: {error.strerror}") from None
    try:
        return parse(raw, ApiLimits())
    except EngineError as error:
        faults = [fault.to_json() for fault in error.faults]
        raise Trouble(f"{path} is no JSON document: {error}", faults=faults) from None


def validate(path: Path) -> None:
    """Raises `Trouble` with every fault of the pipeline in a file."""
    faults = [fault.to_json() for fault in check(read_document(path))]
    if faults:
        number = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise Trouble(f"{path} has {number}", faults=faults)
