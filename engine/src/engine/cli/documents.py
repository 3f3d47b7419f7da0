"""Reads and checks pipeline documents on this machine."""

import sys
from pathlib import Path
from typing import Any

from engine.api.limits import ApiLimits
from engine.cli.client import EngineClient
from engine.cli.trouble import Trouble
from engine.domain.checks.check import check
from engine.domain.errors import ERROR, EngineError
from engine.domain.strict_json import parse
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
        message = f"{path} is not a JSON document: {error}"
        # A single fault is in the message already: a table would only repeat it.
        if len(error.faults) == 1:
            raise Trouble(message, error.faults[0].hint) from None
        faults = [fault.to_json() for fault in error.faults]
        raise Trouble(message, faults=faults) from None


def faults_of(document: Json, client: EngineClient | None = None) -> list[Any]:
    """Every fault of a pipeline; an engine also knows the services that it calls."""
    if client is not None:
        return list(client.post("/services/validate", json=document))
    return [fault.to_json() for fault in check(document)]


def validate(path: Path, client: EngineClient | None = None) -> list[Any]:
    """The warnings of the pipeline in a file; raises `Trouble` with all its faults."""
    faults = faults_of(read_document(path), client)
    if any(fault["level"] == ERROR for fault in faults):
        number = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise Trouble(f"{path} has {number}", faults=faults)
    return faults
