"""What travels between replicas: events, what came of them, and those that died."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from msgspec import Struct
from nats.js.api import RawStreamMsg

from engine.domain.errors import Unknown
from engine.domain.frame import FramePath
from engine.domain.messages import Event
from engine.ports import DeadLetter

REASON = "Reason"  # header of a dead letter
SHOWN = 2_000  # characters of an event that people are shown
Raw = msgspec.Raw
Unreadable = msgspec.MsgspecError


class Letter(Struct, omit_defaults=True):
    """An event on its way; `large`: the blob that holds it."""

    path: FramePath
    event: Event | None = None
    large: str | None = None

    def __post_init__(self) -> None:
        if self.event is None and self.large is None:
            raise ValueError("there is no event in it")


class Reply(Struct, omit_defaults=True):
    """What came of a turn at another replica."""

    taken: bool = True
    unknown: str = ""
    """What kind of thing there is not."""
    failed: str = ""


_raws = msgspec.json.Decoder(list[Raw])
_replies = msgspec.json.Decoder(list[Reply])
_encoder = msgspec.json.Encoder()
encode = _encoder.encode
decode_letter = msgspec.json.Decoder(Letter).decode
decode_event: Callable[[bytes], Event] = msgspec.json.Decoder(Event).decode


def split(question: bytes) -> list[Raw]:
    """The letters of a question, of which each may be unreadable."""
    try:
        return _raws.decode(question)
    except Unreadable:
        return []


def decode_replies(answer: bytes) -> list[Reply]:
    """As many as there were letters; none if it cannot be read."""
    try:
        return _replies.decode(answer)
    except Unreadable:
        return []


def dead_letter(message: RawStreamMsg) -> DeadLetter:
    """A letter as it was kept, readable or not."""
    content = message.data or b""
    path, event = "", content.decode(errors="replace")
    try:
        letter = decode_letter(content)
        path = letter.path
        if letter.event is not None:
            event = encode(letter.event).decode()
    except Unreadable:
        pass
    return DeadLetter(
        id=str(message.seq),
        path=path,
        event=event[:SHOWN],
        reason=(message.headers or {}).get(REASON, ""),
        died_at=message.time or datetime.now(UTC),
    )


def sequence(id_: str) -> int:
    """The place of a dead letter in its stream; raises `Unknown`.

    >>> sequence("7")
    7
    """
    if not (id_.isascii() and id_.isdecimal() and len(id_) < 19 and int(id_)):
        raise Unknown("dead letter", id_[:100])
    return int(id_)
