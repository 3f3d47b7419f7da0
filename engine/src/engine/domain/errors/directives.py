"""What can be wrong with what a directive says."""

from copy import copy

from engine.domain.errors.faults import EngineError

MAX_PLACE_CHARACTERS = 200
"""Of the way to a value, in a message: keys may be as long as a body."""


class BadDirective(EngineError):
    """What a directive says for a key cannot be read, or gives no value."""

    field = ""
    """The field of the node in which it stands, such as `input.image`."""

    def within(self, field: str) -> "BadDirective":
        """The same error with its place in a node."""
        placed = copy(self)
        placed.field = field
        return placed


class BadReference(BadDirective):
    """A reference that cannot be read."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(text, reason)
        self.text = text
        self.reason = reason

    def __str__(self) -> str:
        return f"the reference “{self.text}” cannot be read: {self.reason}"


class BadValue(BadDirective):
    """What stands in a directive is neither a reference nor one of its other forms."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}: {self.hint}"


class NoText(BadDirective):
    """A text is to be made of a file, or of what holds one."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text
        """The reference that leads to it."""

    def __str__(self) -> str:
        what = f"“{self.text}”" if self.text else "the value"
        return f"{what} is or holds a file, which cannot stand in a text"


class StepUp(BadDirective):
    """A value would make an address lead to another folder than the author named."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"“{self.path}” has a step “.” or “..”, which leads to another path"


class TextTooLong(BadDirective):
    """A text that was made of others is over its limit."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(what, limit)
        self.what = what
        self.limit = limit

    def __str__(self) -> str:
        return f"{self.what} would have more than {self.limit:,} characters, the limit"


class UnresolvedReference(BadDirective):
    """A reference leads nowhere: what is missing, in what, and what is there."""

    def __init__(self, text: str, missing: str, inside: str, known: str = "") -> None:
        super().__init__(text, missing, inside, known)
        self.text = text
        self.missing = missing
        self.inside = inside
        self.known = known

    def __str__(self) -> str:
        known = f" ({self.known})" if self.known else ""
        place = f"no “{self.missing}” in {self.inside}{known}"
        return f"“{self.text}” leads nowhere: {place}"
