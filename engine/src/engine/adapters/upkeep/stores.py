"""The two halves of what an engine keeps, as upkeep sees them: documents and blobs."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class UpkeepFailed(Exception):
    """It cannot be done; says why, and what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Entry:
    """A blob that is there."""

    key: str
    size: int


class Documents(Protocol):
    """The state of tasks, and all else that is no blob. Methods wait for the store."""

    kind: str
    """The technology: a backup of one kind can be restored into the same only."""

    def save(self, folder: Path) -> int:
        """Write everything as it is at one moment; how many documents these are.

        Engines may work meanwhile.
        """

    def check_empty(self) -> None:
        """Raises `UpkeepFailed` if something is there that a restore would mix with."""

    def load(self, folder: Path) -> int:
        """Take back what `save` wrote; how many documents. No engine may run."""

    def sealed_secrets(self) -> Iterator[tuple[str, bytes]]:
        """Every secret by its key, as it is kept; none if nothing is there yet."""


class Blobs(Protocol):
    """The binaries. What has a key never changes: it is there, or it is not."""

    def entries(self) -> AsyncIterator[Entry]:
        """All that are there; those that come and go meanwhile may be told or not."""

    async def fetch(self, key: str, target: Path) -> bool:
        """Write the blob to a new file, durably; False: it has been erased."""

    async def give(self, key: str, source: Path) -> None:
        """Store the file under this key, durably."""
