"""One thing that is wrong, and the root of all errors."""

from dataclasses import KW_ONLY, dataclass

ERROR = "error"

WARNING = "warning"
"""The level of a fault that refuses nothing: what it is about may still change."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where, and what to do about it."""

    code: str
    message: str
    hint: str = ""
    _: KW_ONLY
    node: str | None = None
    field: str | None = None
    level: str = ERROR

    def to_json(self) -> dict[str, str | None]:
        # Written out: `asdict` takes ten times as long, and an answer may have a
        # thousand of them.
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "node": self.node,
            "field": self.field,
            "level": self.level,
        }

    def __str__(self) -> str:
        place = ".".join(filter(None, (self.node, self.field)))
        return f"{place}: {self.message}" if place else self.message


class EngineError(Exception):
    """The root of everything the engine raises on purpose."""

    faults: tuple[Fault, ...] = ()
