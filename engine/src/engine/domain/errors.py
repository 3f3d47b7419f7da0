"""What can go wrong on purpose. Knows no HTTP; each error is worded once, here."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where, and what to do about it."""

    code: str
    message: str
    hint: str = ""
    node: str | None = None
    field: str | None = None

    def to_json(self) -> dict[str, str | None]:
        return asdict(self)


class EngineError(Exception):
    """The root of everything the engine raises on purpose."""

    faults: tuple[Fault, ...] = ()


class CodeFailed(EngineError):
    """An author's code ended in an error, or beyond its limits."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message, line)
        self.message, self.line = message, line

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message
