"""What the operations give; the texts below the fields are shown to people."""

from typing import Any, Literal, NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict


class Tokens(TypedDict):
    """Pieces of words, as the model counts them."""

    prompt: int
    answer: NotRequired[int]


class Seconds(TypedDict):
    """How long it took."""

    total: float

    load: NotRequired[float]
    """To load the model."""

    prompt: NotRequired[float]
    """To read what was asked."""

    answer: NotRequired[float]
    """To write."""


class Cost(TypedDict):
    """Which model answered, and what it took."""

    model: str | None
    tokens: Tokens
    seconds: Seconds


class Written(Cost):
    """What a model wrote."""

    text: str

    json: NotRequired[Any]
    """The text read as JSON, if a schema was given."""

    ended: str | None
    """Why the text ends: “stop”, or “length” if it was cut off."""


class Turn(TypedDict):
    """A turn of a conversation."""

    role: Literal["assistant"]
    content: str


class Answered(Written):
    """The model's turn in a conversation."""

    message: Turn
    """Add it to the messages to go on."""


class Embeddings(Cost):
    """Texts as vectors."""

    embeddings: list[list[float]]
    """A vector of length 1 for each text, in their order."""

    dimensions: int
    """How many numbers a vector has."""


@with_config(ConfigDict(extra="allow"))
class FoundPassage(TypedDict):
    """A passage as it was sent, with all its fields."""

    text: str

    score: float
    """How similar it is to the question, at most 1."""


class Found(Cost):
    """The passages that fit best."""

    passages: list[FoundPassage]
    """The most similar one first."""
