"""What can go wrong while nodes run."""

from engine.domain.errors.faults import EngineError

MAX_LINE_CHARACTERS = 120
"""Of a line of code, in a message."""


class CodeFailed(EngineError):
    """An author's code raised an error, or went beyond its limits."""

    def __init__(
        self,
        message: str,
        line: int | None = None,
        field: str = "",
        text: str = "",
        too_often: bool = False,
    ) -> None:
        super().__init__(message, line, field, text, too_often)
        self.message = message
        self.line = line
        self.field = field
        """The field of the node in which the code stands, such as `then.exec`."""
        self.text = text
        """The line itself."""
        self.too_often = too_often
        """It did not even begin: the bound on evaluations was reached."""
        self.printed = ""
        """What it printed before it failed."""

    @property
    def words(self) -> str:
        """What happened, without the place."""
        return f"{self.message} (in: {self.text})" if self.text else self.message

    def within(self, field: str, source: str, printed: str = "") -> "CodeFailed":
        """The error with its place in a node, the text of its line, what it printed."""
        lines = source.split("\n")
        text = ""
        if self.line and self.line <= len(lines):
            text = lines[self.line - 1].strip()
        if len(text) > MAX_LINE_CHARACTERS:
            text = f"{text[:MAX_LINE_CHARACTERS]}…"
        placed = CodeFailed(self.message, self.line, field, text, self.too_often)
        placed.printed = printed
        return placed

    def __str__(self) -> str:
        field = f"{self.field}: " if self.field else ""
        line = f"line {self.line}: " if self.line else ""
        return f"{field}{line}{self.words}"


class ValueTooLarge(EngineError):
    """A value that a node made is over a limit of size."""

    def __init__(self, what: str, bytes: int, limit: int, setting: str) -> None:
        super().__init__(what, bytes, limit, setting)
        self.what = what
        self.bytes = bytes
        self.limit = limit
        self.setting = setting

    def __str__(self) -> str:
        # A value made of others may have a size of a hundred digits.
        shown = min(self.bytes, 10**15)
        return (
            f"{self.what} would take at least {shown} bytes, but the limit is "
            f"{self.limit} ({self.setting}): pass on less data, or as files"
        )


class ValueTooDeep(EngineError):
    """A value has too many objects and lists within each other."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return (
            f"a value in it has more than {self.limit} objects and lists within each "
            "other, which is the limit"
        )


class IllegalChange(EngineError):
    """A run may not go from one status to the other: a mistake of the engine."""

    def __init__(self, before: str, after: str) -> None:
        super().__init__(before, after)
        self.before = before
        self.after = after

    def __str__(self) -> str:
        return f"a run cannot go from {self.before} to {self.after}"
