"""How statuses and times look on a screen."""

from datetime import UTC, datetime

from rich.text import Text

MARKS = {
    "pending": ("·", "dim"),
    "calling": ("→", "cyan"),
    "working": ("…", "cyan"),
    "retrying": ("↻", "yellow"),
    "looping": ("…", "cyan"),
    "running": ("…", "cyan"),
    "succeeded": ("✓", "green"),
    "finished": ("✓", "green"),
    "skipped": ("–", "dim"),
    "failed": ("✗", "bold red"),
    "error": ("✗", "bold red"),
    "cancelled": ("✗", "yellow"),
}


def mark(status: str, text: str = "") -> Text:
    """A sign and a word in the colour of the status."""
    sign, style = MARKS.get(status, ("?", ""))
    return Text(f"{sign} {text or status}", style)


def instant(text: str | None) -> datetime | None:
    """The instant of a JSON answer."""
    return datetime.fromisoformat(text) if text else None


def span(began: datetime | None, ended: datetime | None) -> str:
    """How long it took, or takes so far; nothing if it did not begin.

    >>> span(datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 1, 1, 13, tzinfo=UTC))
    '60 min 0 s'
    """
    if began is None:
        return ""
    seconds = max(0.0, ((ended or datetime.now(UTC)) - began).total_seconds())
    if seconds < 60:
        return f"{seconds:.2f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def local(text: str | None) -> str:
    """An instant as the wall clock here shows it."""
    found = instant(text)
    return found.astimezone().strftime("%Y-%m-%d %H:%M:%S") if found else ""
