"""Other machines, to which requests are sent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from engine.domain.gate import Admitted
from engine.domain.run_faults import Cause
from engine.domain.secrets import Text
from engine.domain.values import Json


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The service took the work."""

    instance: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The interface gave its result at once."""

    out: Admitted


@dataclass(frozen=True, slots=True)
class Refused:
    """The call failed, for a reason in words."""

    reason: str
    final: bool = False
    """The same call would fail again."""
    busy: bool = False
    """Not a failure: the other side wants the call later."""
    after: timedelta | None = None
    """How much later, if it said so."""
    unawaited: bool = False
    """The other side does not know whom this is for, or has moved on."""
    unsent: bool = False
    """This payload cannot be sent to anybody: another one can."""
    code: str = field(default=Cause.HTTP_ERROR, compare=False)
    """Of `Cause`. It follows from the reason, so that it makes no difference."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One POST of data to a service, or of a result to a callback address."""

    url: str
    query: Mapping[str, str]
    payload: Json
    """Top-level keys that are blobs become parts; others typed data."""
    headers: Mapping[str, str]
    timeout: timedelta


@dataclass(frozen=True, slots=True)
class Request:
    """One request of an http node.

    Its texts may have secrets in them: who sends it puts their values there, and blacks
    them out in all that comes back.
    """

    task: str
    """Whose blob a binary answer becomes."""
    verb: str
    url: Text
    query: Mapping[str, Text | list[Text]]
    """By name; a parameter with a list is repeated."""
    headers: Mapping[str, Text]
    payload: Json
    timeout: timedelta
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The values of all secrets in it, by name."""
    send: str | None = None
    """How the payload travels: `json`, `form`, `multipart`; None: as the verb says."""
    full: bool = False
    """The status and the headers of the answer are part of the result."""

    @property
    def texts(self) -> Iterator[Text]:
        """All of it that may have secrets."""
        yield self.url
        yield from self.headers.values()
        for text in self.query.values():
            yield from text if isinstance(text, list) else [text]


class Outside(Protocol):
    """Calls other machines: contracts/test_outside.py.

    Whatever they do is an answer, never an exception.
    """

    async def deliver(self, delivery: Delivery) -> Acknowledged | Refused:
        """POST the payload: JSON, or multipart when there are blobs in it.

        Any 2xx acknowledges. 429 and 503 are `busy`; 404, 409 and 410 `unawaited`.
        A status that says that the request itself is wrong is `final`.
        """

    async def request(self, request: Request) -> Answered | Refused:
        """The answer's JSON, or `{"raw": blob}` when it is not JSON.

        With `full` it is `{"status", "headers", "body"}`, whatever the status.
        """

    def check(self, url: str) -> None:
        """Raises `AddressRefused` if the rules cannot allow a service at this URL."""
