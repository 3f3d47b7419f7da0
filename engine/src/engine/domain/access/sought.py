"""Which entries of the audit log somebody looks for."""

from dataclasses import dataclass

from engine.domain.access.audit import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What entries must have; an empty text: anything."""

    who: str = ""
    """In the name of who did it, or their whole id."""
    action: str = ""
    """In the call."""
    object: str = ""
    outcome: str = ""

    def fits(self, entry: Entry) -> bool:
        """Whether an entry is one of those."""
        deed = entry.deed
        return (
            (deed.who == self.who or _has(deed.name, self.who))
            and _has(deed.action, self.action)
            and _has(deed.object, self.object)
            and self.outcome in ("", deed.outcome)
        )


def _has(text: str, part: str) -> bool:
    """Whether a text has a part; capital letters do not matter.

    >>> _has("Ada", "ad"), _has("Ada", "b"), _has("Ada", "")
    (True, False, True)
    """
    return part.casefold() in text.casefold()
