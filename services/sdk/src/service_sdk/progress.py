"""How far a piece of work is, and whether its result is still wanted.

Both are files in the folder of the work, so that a worker process can use them too.
"""

from dataclasses import dataclass
from pathlib import Path

from service_sdk.errors import Unwanted

MAX_MESSAGE_CHARACTERS = 1000
"""Of a longer message only the end is sent."""


@dataclass(frozen=True)
class ProgressMessage:
    """How far a piece of work is."""

    message: str

    def as_json(self) -> dict[str, object]:
        """The form in which it is sent to the engine."""
        return {"type": "progress", "message": self.message}


class Progress:
    """A parameter of this type tells how far the work is.

    Without a folder nothing is passed on: a test can call the function directly.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._message_file = folder and folder / "progress"
        self._unwanted_file = folder and folder / "unwanted"

    def __call__(self, message: str) -> None:
        """Say how far the work is, as often as you like.

        The last message is passed on once a second. Raises `Unwanted` when the
        result is not wanted any more.
        """
        if not self.wanted:
            raise Unwanted

        if self._message_file:
            # Written aside and renamed: it is read at the same time by the relay,
            # which must never see half a message.
            unfinished = self._message_file.with_suffix(".unfinished")
            unfinished.write_text(message[-MAX_MESSAGE_CHARACTERS:], "utf-8", "replace")
            unfinished.replace(self._message_file)

    @property
    def wanted(self) -> bool:
        """Whether the result is still wanted, as far as is known here."""
        return not (self._unwanted_file and self._unwanted_file.exists())

    def last_message(self) -> ProgressMessage | None:
        """The message that was given last."""
        if self._message_file and self._message_file.exists():
            return ProgressMessage(self._message_file.read_text("utf-8"))
        return None

    def stop(self) -> None:
        """From now on the result is not wanted."""
        if self._unwanted_file:
            self._unwanted_file.touch()
