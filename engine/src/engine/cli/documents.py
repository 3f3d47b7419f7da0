"""Reads and checks pipeline documents on this machine."""

import sys
from pathlib import Path

from engine.api.body.strict_json import parse
from engine.api.limits import ApiLimits
from engine.cli.trouble import Trouble
from engine.domain.checks.check import check
from engine.domain.errors import EngineError
from engine.domain.values import Json

STANDARD_INPUT = "-"


def read_document(path: Path) -> Json:
    """The JSON of a file or of standard input, read as the engine reads it."""
    try:
        if str(path) == STANDARD_INPUT:
            raw = sys.stdin.buffer.read()
        else:
            raw = path.read_bytes()
    except OSError as error:
        raise Trouble(
            f"{path} cannot be read: {error.strerror}", "check the path"
        ) from None

    try:
        return parse(raw, ApiLimits())
    except EngineError as error:
        faults = [fault.to_json() for fault in error.faults]
        raise Trouble(
            f"{path} is not a JSON document: {error}", faults=faults
        ) from None


def validate(path: Path) -> None:
    """Raises `Trouble` with every fault of the pipeline in a file."""
    faults = [fault.to_json() for fault in check(read_document(path))]
    if faults:
        number = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise Trouble(f"{path} has {number}", faults=faults)
