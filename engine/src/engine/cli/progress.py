"""Shows how the nodes of a task move, while they do."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from engine.cli.follow import Change
from engine.cli.marks import instant, mark, span

OPEN = frozenset({"calling", "working", "retrying", "looping"})
LONGEST = 60  # characters of what is said of an open run
ITEM = re.compile(r"/([^/\[]+?)(?:\.\d+)?\[\d+\]$")  # task/faces[2] is one of faces


@dataclass
class Line:
    """A node of the pipeline."""

    status: str = "pending"
    note: str = ""
    began: datetime | None = None
    ended: datetime | None = None
    items: set[str] = field(default_factory=set)

    def move(self, change: Change) -> None:
        """Take the run's next status."""
        at = instant(change.at) or datetime.now(UTC)
        self.status, self.note = change.status, change.note
        self.began = self.began or at
        self.ended = None if change.status in OPEN else at

    @property
    def told(self) -> str:
        """What there is to say of it."""
        number = len(self.items)
        items = "1 item" if number == 1 else f"{number} items" if number else ""
        return ", ".join(filter(None, (items, self._short_note)))

    @property
    def _short_note(self) -> str:
        """How far a service says it is may be a text that grows: its end is news."""
        if self.status not in OPEN:
            return self.note
        words = " ".join(self.note.split())
        return words if len(words) <= LONGEST else f"…{words[-LONGEST:]}"


class Progress:
    """A line for every node: redrawn on a screen, else printed when it changes."""

    def __init__(self, nodes: Iterable[str], console: Console) -> None:
        self.lines = {node: Line() for node in nodes}
        self._console = console
        self._live = Live(
            get_renderable=self.table, console=console, refresh_per_second=8
        )

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def take(self, task: str, change: Change) -> None:
        """Show what changed."""
        if change.path != task:  # somewhere inside a loop
            loop = ITEM.search(change.path.removeprefix(task))
            if loop and change.path.count("/") == 1 and loop[1] in self.lines:
                self.lines[loop[1]].items.add(change.path)
        elif change.node in self.lines:
            line = self.lines[change.node]
            moved = line.status != change.status
            line.move(change)
            if moved and not self._console.is_terminal and line.status != "pending":
                self._print(change.node, line)

    def _print(self, node: str, line: Line) -> None:
        took = span(line.began, line.ended) if line.ended else ""
        words = (mark(line.status, f"{node}: {line.status}"), took, line.told)
        self._console.print(*filter(None, words))

    def table(self) -> Table:
        """All nodes as they are now."""
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        for node, line in self.lines.items():
            took = span(line.began, line.ended)
            table.add_row(mark(line.status, node), line.status, took, line.told)
        return table
