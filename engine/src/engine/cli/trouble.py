"""The error of a command: what happened, and what to do about it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

# What prints is imported when something is printed. A server prints nothing that way,
# and starts 0.07 s earlier.
if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

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
        from rich.markup import escape

        errors = console(stderr=True)
        errors.print(f"[bold red]✗[/] {escape(self.message)}", highlight=False)

        if self.faults:
            errors.print(fault_table(self.faults))
        if self.remedy:
            errors.print(f"  [dim]→[/] {escape(self.remedy)}", highlight=False)


def console(stderr: bool = False) -> "Console":
    """Where people read."""
    from rich.console import Console

    screen = Console(stderr=stderr, soft_wrap=True)
    if not screen.is_terminal:
        screen.width = WIDTH_WITHOUT_TERMINAL
    return screen


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
