"""Where blobs are kept."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from engine.domain.values import Blob


class BlobStore(Protocol):
    """Keeps binaries: contracts/test_blob_store.py.

    Keys start with the id of their task and a slash. A blob is there whole or not
    at all; reading and writing stream, memory does not grow with the size. Every
    method raises `Unavailable` when the store cannot be reached.
    """

    async def put(
        self, task: str, content: AsyncIterator[bytes], type: str, name: str | None
    ) -> Blob:
        """Store under a new key; durable when it returns.

        `type` is the media type, `name` that of the file, if it has one. If the
        content raises, nothing is kept and the exception passes through.
        """

    async def put_named(self, task: str, name: str, content: bytes) -> str:
        """Store small content under a key made of task and name, and return the key.

        The same task and name again is the same content again: nothing to do.
        """

    async def copy(self, key: str, task: str) -> str:
        """Give another task a copy under the same name; its key. Raises `Unknown`.

        The content does not pass through here, whatever its size. The copy stays when
        the first task is erased. To copy once more changes nothing.
        """

    def read(self, key: str, start: int = 0) -> AsyncIterator[bytes]:
        """The content from byte `start` on, in pieces; raises `Unknown`."""

    async def delete(self, keys: Sequence[str]) -> None:
        """Erase single blobs; those that are not there do not matter."""

    async def erase(self, task: str) -> None:
        """Erase every blob of a task; nothing to do if there is none."""

    async def touched(self, since: datetime, until: datetime) -> Sequence[str]:
        """Tasks whose last blob was added, or single blob deleted, in that span."""

    async def check(self) -> None:
        """Raises `Unavailable` if the store cannot be used now."""
