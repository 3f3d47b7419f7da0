"""Points at which a replica kills or freezes itself: around the n-th call of a port."""

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
BEFORE = "before"
AFTER = "after"


@dataclass(frozen=True)
class FailPoint:
    """The replica sends itself a signal around the n-th call since it is armed."""

    operation: str
    moment: str
    number: int = 1
    sign: signal.Signals = signal.SIGKILL

    def __str__(self) -> str:
        return f"{self.operation} {self.moment} {self.number} {self.sign.name}"

    @classmethod
    def parse(cls, text: str) -> "FailPoint":
        """The reverse of `str`.

        >>> point = FailPoint("frames.save", "before", 3)
        >>> FailPoint.parse(str(point)) == point
        True
        """
        operation, moment, number, sign = text.split()
        return cls(operation, moment, int(number), signal.Signals[sign])


ALL_POINTS = [
    FailPoint(operation, moment)
    for operation, moment in product(OPERATIONS, (BEFORE, AFTER))
]


class ArmedFailPoints:
    """Counts calls, sends the signal, and writes down what happened.

    Armed is the first point that is not in the log yet. The replica is started again
    after each of them, and goes on with the next one.
    """

    def __init__(self, points: Iterable[FailPoint], log: Path) -> None:
        hit_before = set(hits(log))
        self._waiting = [point for point in points if str(point) not in hit_before]
        self._log = log
        self._calls = 0

    def reach(self, operation: str, moment: str) -> None:
        """A call is at this moment; the process may end here."""
        if not self._waiting:
            return

        point = self._waiting[0]
        if (operation, moment) != (point.operation, point.moment):
            return

        self._calls += 1
        if self._calls < point.number:
            return

        # Written first: there is no "afterwards" for a process that kills itself.
        self.note(str(point))
        self._waiting.pop(0)
        self._calls = 0
        os.kill(os.getpid(), point.sign)

    def note(self, line: str) -> None:
        """Write a line that survives the end of the process and of the machine."""
        with self._log.open("a") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())


class InstrumentedAdapter:
    """An adapter whose writes and sends may hit a fail-point."""

    def __init__(self, *, port: str, adapter: Any, points: ArmedFailPoints) -> None:
        self._port = port
        self._adapter = adapter
        self._points = points

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._adapter, name)
        if name not in WRITES[self._port]:
            return found

        # Else its points would be waited for in vain.
        assert iscoroutinefunction(found), name
        operation = f"{self._port}.{name}"
        points = self._points

        async def called(*arguments: Any, **named: Any) -> Any:
            points.reach(operation, BEFORE)
            try:
                result = await found(*arguments, **named)
            except StaleFrame as refused:
                points.note(f"refused: {refused}")
                raise
            points.reach(operation, AFTER)
            return result

        return called


def instrumented(adapters: Adapters, points: ArmedFailPoints) -> Adapters:
    """The same adapters, whose writes and sends may hit a fail-point."""
    ports: dict[str, Any] = {
        port: InstrumentedAdapter(
            port=port, adapter=getattr(adapters, port), points=points
        )
        for port in WRITES
    }
    return replace(adapters, **ports)


def hits(log: Path) -> list[str]:
    """The lines that replicas with fail-points wrote."""
    return log.read_text().splitlines() if log.exists() else []
