"""Events that no turn could take: kept for people, who may have them posted again."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from nats.js.api import RawStreamMsg
from nats.js.errors import NotFoundError

from engine.adapters.nats import letters
from engine.adapters.nats.connection import Connection
from engine.adapters.nats.streams import Streams
from engine.domain.errors import Unknown
from engine.ports import DeadLetter

REASON_HEADER = "Reason"

MAX_REASON_CHARACTERS = 500
"""Bounds the header; the log has the whole reason."""

MAX_SHOWN_CHARACTERS = 2_000
"""Of an event: people see what it is, and a list of many stays small."""


MAX_ID_DIGITS = 18
"""JetStream counts messages in 64 bits: a longer number cannot be one of them."""


class DeadLetters:
    """The stream of dead letters; what fails is `Unavailable`."""

    def __init__(self, connection: Connection, streams: Streams) -> None:
        self._connection = connection
        self._streams = streams

    async def add(self, content: bytes, reason: str) -> None:
        """Keep a message that no turn could take."""
        headers = {REASON_HEADER: _header_value(reason)}

        async with self._streams.open() as jetstream:
            await jetstream.publish(
                self._streams.dead_letters_subject,
                content,
                timeout=self._connection.answer_seconds,
                stream=self._streams.dead_letters,
                headers=headers,
            )

    async def oldest(self, limit: int) -> Sequence[DeadLetter]:
        """At most so many, oldest first."""
        found: list[DeadLetter] = []
        next_place = 1

        async with self._streams.open() as jetstream:
            # Raised behind the last one.
            with suppress(NotFoundError):
                while len(found) < limit:
                    message = await jetstream.get_msg(
                        self._streams.dead_letters,
                        next_place,
                        self._streams.dead_letters_subject,
                        next=True,
                    )
                    found.append(_read(message))
                    next_place = (message.seq or 0) + 1

        return found

    async def count(self) -> int:
        """How many there are."""
        async with self._streams.open() as jetstream:
            info = await jetstream.stream_info(self._streams.dead_letters)
            return info.state.messages

    async def content(self, id_: str) -> bytes:
        """A message as it was kept; raises `Unknown`."""
        place = place_of(id_)

        async with self._streams.open() as jetstream:
            try:
                message = await jetstream.get_msg(self._streams.dead_letters, place)
            except NotFoundError:
                raise Unknown("dead letter", id_) from None
            return message.data or b""

    async def remove(self, id_: str) -> None:
        """Keep one no longer; raises `Unknown`."""
        # Asked first: the deletion itself does not say why it failed.
        await self.content(id_)

        async with self._streams.open() as jetstream:
            await jetstream.delete_msg(self._streams.dead_letters, place_of(id_))


def place_of(id_: str) -> int:
    """The place of a dead letter in its stream; raises `Unknown`.

    >>> place_of("7")
    7
    """
    digits = id_.isascii() and id_.isdecimal() and len(id_) <= MAX_ID_DIGITS
    if not digits or int(id_) == 0:
        raise Unknown("dead letter", id_)
    return int(id_)


def _read(message: RawStreamMsg) -> DeadLetter:
    """A letter as it was kept, readable or not."""
    content = message.data or b""
    path = ""
    event = content.decode(errors="replace")

    with suppress(letters.Unreadable):
        letter = letters.decode_letter(content)
        path = letter.path
        if letter.event is not None:
            event = letters.encode(letter.event).decode()

    return DeadLetter(
        id=str(message.seq),
        path=path,
        event=event[:MAX_SHOWN_CHARACTERS],
        reason=(message.headers or {}).get(REASON_HEADER, ""),
        died_at=message.time or datetime.now(UTC),
    )


def _header_value(reason: str) -> str:
    r"""A header holds one line of ASCII.

    >>> _header_value("a mistake\nof “ours”")
    'a mistake of ?ours?'
    """
    ascii_only = reason.encode("ascii", "replace").decode()
    return " ".join(ascii_only.split())[:MAX_REASON_CHARACTERS]
