"""How statuses and times look on a screen."""

from datetime import UTC, datetime

from rich.text import Text

MARKS = {
    "pending": ("·", "dim"),
    "waiting": ("·", "cyan"),
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
"""By status: a sign and its colour."""
UNKNOWN_MARK = ("?", "")
"""Of a status that a newer engine may have."""


def mark(status: str, text: str = "") -> Text:
    """A sign and a word in the colour of the status."""
    sign, style = MARKS.get(status, UNKNOWN_MARK)
    return Text(f"{sign} {text or status}", style)


def instant(text: str | None) -> datetime | None:
    """The instant that a JSON answer gives, if it gives one."""
    return datetime.fromisoformat(text) if text else None


def span(began_at: datetime | None, ended_at: datetime | None) -> str:
    """How long it took, or takes so far; nothing if it did not begin.

    >>> span(datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 1, 1, 13, tzinfo=UTC))
    '60 min 0 s'
    """
    if began_at is None:
        return ""

    last = ended_at or datetime.now(UTC)
    # The clocks of two machines may differ: no time is shown as negative.
    seconds = max(0.0, (last - began_at).total_seconds())
    if seconds < 60:
        return f"{seconds:.2f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def local(text: str | None) -> str:
    """An instant in the time zone of this machine."""
    found = instant(text)
    if found is None:
        return ""
    return found.astimezone().strftime("%Y-%m-%d %H:%M:%S")
