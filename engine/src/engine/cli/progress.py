"""Shows how the nodes of a task proceed, while they do."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from rich.live import Live
from rich.table import Table

from engine.cli.follow import Change
from engine.cli.marks import instant, mark, span
from engine.cli.screen import Screen

OPEN_STATUSES = frozenset({"calling", "working", "retrying", "looping", "waiting"})
MAX_NOTE_CHARACTERS = 60
"""Of what is shown about an open run, so that a line stays a line."""
REDRAWS_A_SECOND = 8
ITEM_PATH = re.compile(r"/([^/\[]+?)(?:\.\d+)?\[\d+\]$")
"""`/faces[2]` is an item of the loop `faces`; `/faces.1[2]` of its second round."""


@dataclass
class Line:
    """A node of the pipeline."""

    status: str = "pending"
    note: str = ""
    began_at: datetime | None = None
    ended_at: datetime | None = None
    items: set[str] = field(default_factory=set)

    note_grows: bool = False

    def move(self, change: Change) -> None:
        """Take the run's next status."""
        at = instant(change.at) or datetime.now(UTC)
        self.status = change.status
        self.note_grows = bool(self.note) and change.note.startswith(self.note)
        self.note = change.note

        # In a further round the node begins again, and so does its time.
        if self.ended_at or change.status == "pending":
            self.began_at = None
            self.ended_at = None
        if change.status == "pending":
            return
        self.began_at = self.began_at or at
        self.ended_at = None if change.status in OPEN_STATUSES else at

    @property
    def text(self) -> str:
        """What is shown behind the status."""
        number = len(self.items)
        items = ""
        if number:
            items = "1 item" if number == 1 else f"{number} items"
        return ", ".join(filter(None, (items, self._short_note)))

    @property
    def _short_note(self) -> str:
        """The beginning of a long note. A service may send a text that grows: of that
        the end, which is new."""
        if self.status not in OPEN_STATUSES:
            return self.note

        note = " ".join(self.note.split())
        if len(note) <= MAX_NOTE_CHARACTERS:
            return note
        if self.note_grows:
            return f"…{note[-MAX_NOTE_CHARACTERS:]}"
        return f"{note[:MAX_NOTE_CHARACTERS]}…"


class Progress:
    """A line for every node: redrawn on a terminal, else printed when it changes."""

    def __init__(self, nodes: Iterable[str], console: Screen) -> None:
        self.lines = {node: Line() for node in nodes}
        self._console = console
        self._live = Live(
            get_renderable=self.table,
            console=console,
            refresh_per_second=REDRAWS_A_SECOND,
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
        if change.path != task:
            self._take_item(change.path.removeprefix(task), change)
        elif change.node in self.lines:
            self._take_run(change)

    def _take_item(self, path: str, change: Change) -> None:
        """Count an item of a loop; those of loops inside a loop are not shown."""
        item = ITEM_PATH.search(path)
        if item is None or change.path.count("/") != 1:
            return

        line = self.lines.get(item[1])
        if line:
            line.items.add(change.path)

    def _take_run(self, change: Change) -> None:
        line = self.lines[change.node]
        has_moved = line.status != change.status
        line.move(change)

        # A line that is printed stays: only a new status is worth another one.
        is_shown = has_moved and line.status != "pending"
        if is_shown and not self._console.is_terminal:
            self._print(change.node, line)

    def _print(self, node: str, line: Line) -> None:
        took = span(line.began_at, line.ended_at) if line.ended_at else ""
        words = (mark(line.status, f"{node}: {line.status}"), took, line.text)
        self._console.print(*filter(None, words))

    def table(self) -> Table:
        """All nodes as they are now."""
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        for node, line in self.lines.items():
            took = span(line.began_at, line.ended_at)
            table.add_row(mark(line.status, node), line.status, took, line.text)
        return table
