"""What an operation says while it works, and whether its result is still wanted.

Both lie on disk, so that a worker in a process of its own has them too.
"""

from dataclasses import dataclass
from pathlib import Path

from service_sdk.errors import Unwanted

LONGEST = 1000  # characters of a message; of a longer one, its end is told


@dataclass(frozen=True)
class Word:
    """How far a piece of work is."""

    message: str

    def as_json(self) -> dict[str, object]:
        """The form in which the engine learns of it."""
        return {"type": "progress", "message": self.message}


class Progress:
    """A parameter of this type tells whoever waits how far the work is.

    Without a folder nobody listens: so a function is tested by itself.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._said = folder and folder / "said"
        self._unwanted = folder and folder / "unwanted"

    def __call__(self, message: str) -> None:
        """Say it, as often as you like: the last word is passed on once a second.

        Raises `Unwanted` when nobody waits for the result any more.
        """
        if not self.wanted:
            raise Unwanted
        if self._said:
            part = self._said.with_suffix(".part")
            part.write_text(message[-LONGEST:], "utf-8", "replace")
            part.replace(self._said)

    @property
    def wanted(self) -> bool:
        """Whether somebody still waits for the result, as far as is known."""
        return not (self._unwanted and self._unwanted.exists())

    def last_word(self) -> Word | None:
        """What was said last."""
        if self._said and self._said.exists():
            return Word(self._said.read_text("utf-8"))
        return None

    def stop(self) -> None:
        """From now on the result is not wanted."""
        if self._unwanted:
            self._unwanted.touch()
