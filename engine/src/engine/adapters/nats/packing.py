"""Puts events into letters; a large one becomes a blob, and the letter has its key."""

import hashlib

from engine.adapters.nats import letters
from engine.adapters.nats.letters import Letter
from engine.domain.frame import FramePath
from engine.domain.gate import owns
from engine.domain.messages import Event, admitted_again
from engine.ports import BlobStore

MAX_EVENT_BYTES = 64 << 10
"""Of an event in a letter. `MAX_LETTERS_PER_QUESTION` of these fit into a message of
NATS, which holds one megabyte."""

FINGERPRINT_CHARACTERS = 32


class Packing:
    """Both ends of the way of an event to another replica."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    async def pack(self, path: FramePath, event: Event) -> Letter:
        body = letters.encode(event)
        if len(body) <= MAX_EVENT_BYTES:
            return Letter(path, event)

        # Named by its content: an event that is posted again is stored once.
        task = path.partition("/")[0]
        name = f"event-{fingerprint(body)}"
        key = await self._blobs.put_named(task, name, body)
        return Letter(path, large=key)

    async def unpack(self, letter: Letter) -> Event:
        """Raises `Unknown` if the blob was erased, `Unreadable` if it is no event."""
        task = letter.path.partition("/")[0]
        if letter.event is not None:
            return admitted_again(letter.event, task)

        key = letter.large or ""
        if not owns(task, key):
            raise letters.Unreadable(f"{key} is no event of {task}")
        pieces = self._blobs.read(key)
        event = letters.decode_event(b"".join([piece async for piece in pieces]))
        return admitted_again(event, task)


def fingerprint(content: bytes) -> str:
    """The same for the same content, and for no other."""
    return hashlib.sha256(content).hexdigest()[:FINGERPRINT_CHARACTERS]
