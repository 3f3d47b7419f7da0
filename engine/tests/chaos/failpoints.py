"""Points at which a replica ends or freezes itself: before or after the n-th call."""

import os
import signal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from inspect import iscoroutinefunction
from itertools import product
from pathlib import Path
from typing import Any

from engine.adapters.choice import Adapters
from engine.domain.errors import StaleFrame

WRITES: Mapping[str, tuple[str, ...]] = {
    "frames": ("insert", "save", "erase"),
    "pipelines": ("publish", "remove"),
    "services": ("announce", "remove"),
    "blobs": ("put", "put_named", "delete", "erase"),
    "inbox": ("post",),
    "outside": ("deliver", "request"),
}
"""Every durable write and every send, by port."""
OPERATIONS = [f"{port}.{name}" for port, names in WRITES.items() for name in names]
MOMENTS = "before", "after"
DEATH, SLEEP = signal.SIGKILL, signal.SIGSTOP


@dataclass(frozen=True)
class FailPoint:
    """The replica sends itself a signal around the n-th call since it is armed."""

    operation: str
    moment: str
    number: int = 1
    sign: signal.Signals = DEATH

    def __str__(self) -> str:
        return f"{self.operation} {self.moment} {self.number} {self.sign.name}"

    @classmethod
    def parse(cls, text: str) -> "FailPoint":
        """The point again.

        >>> point = FailPoint("frames.save", "before", 3)
        >>> FailPoint.parse(str(point)) == point
        True
        """
        operation, moment, number, sign = text.split()
        return cls(operation, moment, int(number), signal.Signals[sign])


POINTS = [FailPoint(*chosen) for chosen in product(OPERATIONS, MOMENTS)]


class Witness:
    """Counts calls, pulls the trigger, and writes down what happened.

    Armed is the first point that is not in the file: the others have hit before.
    """

    def __init__(self, points: Iterable[FailPoint], file: Path) -> None:
        over = set(hits(file))
        self._waiting = [point for point in points if str(point) not in over]
        self._file, self._calls = file, 0

    def passes(self, operation: str, moment: str) -> None:
        """A call is here; perhaps this is the end."""
        point = self._waiting[0] if self._waiting else None
        if not point or (operation, moment) != (point.operation, point.moment):
            return
        self._calls += 1
        if self._calls == point.number:
            self.note(str(self._waiting.pop(0)))
            self._calls = 0
            os.kill(os.getpid(), point.sign)

    def note(self, line: str) -> None:
        """Write a line that survives whatever comes next."""
        with self._file.open("a") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())


class Watched:
    """An adapter whose calls the witness sees; all else is the adapter's own."""

    def __init__(self, port: str, adapter: Any, witness: Witness) -> None:
        self._port, self._adapter, self._witness = port, adapter, witness

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._adapter, name)
        if name not in WRITES[self._port] or not iscoroutinefunction(found):
            return found
        operation, witness = f"{self._port}.{name}", self._witness

        async def called(*given: Any, **named: Any) -> Any:
            witness.passes(operation, "before")
            try:
                result = await found(*given, **named)
            except StaleFrame as refused:
                witness.note(f"refused: {refused}")
                raise
            witness.passes(operation, "after")
            return result

        return called


def watched(adapters: Adapters, witness: Witness) -> Adapters:
    """The same adapters, each call of a write or a send seen."""
    ports: dict[str, Any] = {
        name: Watched(name, getattr(adapters, name), witness) for name in WRITES
    }
    return replace(adapters, **ports)


def hits(file: Path) -> list[str]:
    """What the witnesses wrote."""
    return file.read_text().splitlines() if file.exists() else []
