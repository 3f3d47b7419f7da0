"""What travels between replicas: events, and what came of them, as JSON."""

from collections.abc import Callable

import msgspec
from msgspec import Struct

from engine.domain.frame import FramePath
from engine.domain.messages import Event

Raw = msgspec.Raw
Unreadable = msgspec.MsgspecError


class Letter(Struct, omit_defaults=True):
    """An event on its way to its frame's owner."""

    path: FramePath
    event: Event | None = None
    large: str | None = None
    """Instead of the event: the key of the blob that holds it."""

    def __post_init__(self) -> None:
        if self.event is None and self.large is None:
            raise ValueError("there is no event in it")


class Reply(Struct, omit_defaults=True):
    """What came of a turn at another replica."""

    taken: bool = True
    unknown: str = ""
    """What kind of thing does not exist."""
    failed: str = ""
    """Why the turn cannot be taken now."""


_raws = msgspec.json.Decoder(list[Raw])
_replies = msgspec.json.Decoder(list[Reply])
_encoder = msgspec.json.Encoder()

encode = _encoder.encode
decode_letter = msgspec.json.Decoder(Letter).decode
decode_event: Callable[[bytes], Event] = msgspec.json.Decoder(Event).decode


def split(question: bytes) -> list[Raw]:
    """The letters of a question. Each is decoded alone: one may be unreadable."""
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
