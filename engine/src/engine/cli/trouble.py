"""The error of a command: what happened, and what to do about it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

# What prints is imported when something is printed. A server prints nothing that way,
# and starts 0.07 s earlier.
if TYPE_CHECKING:
    from rich.table import Table

    from engine.cli.screen import Screen

Faults = Sequence[Mapping[str, Any]]

WIDTH_WITHOUT_TERMINAL = 200
"""In characters: rows of tables stay whole when a file or a program reads them."""


class Trouble(Exception):
    """Ends a command with a message, a remedy, and an exit code."""

    code = 1

    def __init__(self, message: str, remedy: str = "", faults: Faults = ()) -> None:
        super().__init__(message, remedy, faults)
        self.message = message
        self.remedy = remedy
        self.faults = faults

    def __str__(self) -> str:
        return self.message

    def show(self) -> None:
        """Print it to standard error."""
        from rich.text import Text

        errors = console(stderr=True)
        errors.print(Text.assemble(("✗", "bold red"), " ", self.message))

        if self.faults:
            errors.print(fault_table(self.faults))
        if self.remedy:
            errors.print(Text.assemble(("  →", "dim"), " ", self.remedy))


def console(stderr: bool = False) -> "Screen":
    """Where people read."""
    from engine.cli.screen import Screen

    screen = Screen(stderr=stderr, soft_wrap=True)
    if not screen.is_terminal:
        screen.width = WIDTH_WITHOUT_TERMINAL
    return screen


def fault_line(fault: Mapping[str, Any]) -> str:
    """A fault in one line."""
    place = ".".join(filter(None, (fault["node"], fault["field"])))
    hint = f": {fault['hint']}" if fault["hint"] else ""
    return f"{place}: {fault['message']}{hint}"


def show_stored(stored: Mapping[str, Any], words: str) -> None:
    """Confirm that a pipeline was stored, and show what the engine warns of."""
    console().confirm(words)
    warnings: Faults = stored.get("warnings", ())
    if warnings:
        console().print(fault_table(warnings))


def fault_table(faults: Faults) -> "Table":
    """Everything that is wrong, one fault in a row."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for head in ("node", "field", "fault", "hint"):
        table.add_column(head, overflow="fold")

    for fault in faults:
        cells = [fault.get(key) or "" for key in ("node", "field", "message", "hint")]
        table.add_row(*(Text(str(cell)) for cell in cells))
    return table
