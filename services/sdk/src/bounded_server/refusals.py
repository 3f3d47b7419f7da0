"""Why connections are ended: each reason with its answer, counted and logged."""

import json
import logging
from collections import Counter
from dataclasses import dataclass
from http import HTTPStatus

from bounded_server.limits import MAX_HEAD_BYTES, MAX_HEADERS, MAX_PIPELINED

log = logging.getLogger("bounded_server")

LOG_EVERY_SECONDS = 60.0
"""A reason is logged at most once in this time, with the number of connections: a line
for each of them would let a client fill the disk."""

RETRY_AFTER_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason to end a connection."""

    status: int
    name: str
    """In metrics."""
    detail: str

    def answer(self) -> bytes:
        """The whole answer, a problem of RFC 9457."""
        phrase = HTTPStatus(self.status).phrase
        problem = {
            "type": "about:blank",
            "title": phrase,
            "status": self.status,
            "detail": self.detail,
        }
        body = json.dumps(problem).encode()
        head = [
            f"HTTP/1.1 {self.status} {phrase}",
            "content-type: application/problem+json",
            f"content-length: {len(body)}",
            "connection: close",
        ]
        if self.status == HTTPStatus.SERVICE_UNAVAILABLE:
            head.append(f"retry-after: {RETRY_AFTER_SECONDS}")
        return "\r\n".join([*head, "", ""]).encode() + body


class Refused(Exception):
    """Raised while a request is parsed, to end its connection."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


URL_TOO_LONG = Refusal(
    414, "url-too-long", f"the request line is longer than {MAX_HEAD_BYTES} bytes"
)
HEAD_TOO_LARGE = Refusal(
    431, "head-too-large", f"the headers are larger than {MAX_HEAD_BYTES} bytes"
)
TOO_MANY_HEADERS = Refusal(
    431, "too-many-headers", f"the request has more than {MAX_HEADERS} headers"
)
TOO_MANY_PIPELINED = Refusal(
    429,
    "too-many-pipelined",
    f"more than {MAX_PIPELINED} requests wait on one connection for their answer",
)
NOT_HTTP = Refusal(400, "not-http", "the request is not valid HTTP")
HEAD_TOO_SLOW = Refusal(
    408, "head-too-slow", "the headers did not arrive in time: send them at once"
)
BODY_TOO_SLOW = Refusal(
    408, "body-too-slow", "the body arrives too slowly (MIN_RATE, bytes in a second)"
)
BODY_UNWANTED = Refusal(
    413, "body-unwanted", "the body went on although the request had been answered"
)
ANSWER_TOO_SLOW = Refusal(
    408, "answer-too-slow", "the answer is read too slowly (MIN_RATE)"
)
CLOSE_TOO_SLOW = Refusal(
    408, "close-too-slow", "the last bytes before the end are not read"
)
TOO_MANY_CONNECTIONS = Refusal(
    503,
    "too-many-connections",
    "all connections are in use (MAX_CONNECTIONS, MAX_PEER_CONNECTIONS): "
    "come again later",
)
MADE_ROOM = Refusal(
    503,
    "made-room",
    "the connection waited, and others needed its place "
    "(MAX_CONNECTIONS, MAX_PEER_CONNECTIONS): come again later",
)


class Refusals:
    """Counts why connections were ended, and tells it now and then."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._untold: Counter[Refusal] = Counter()
        self._last_peers: dict[Refusal, str] = {}
        self._told_at: dict[Refusal, float] = {}

    def add(self, refusal: Refusal, peer: str) -> None:
        """A connection of this peer was ended."""
        self.counts[refusal.name] += 1
        self._untold[refusal] += 1
        self._last_peers[refusal] = peer

    def tell(self, now: float) -> None:
        """Log what was not told yet, unless the same reason was told a moment ago."""
        for refusal, count in list(self._untold.items()):
            told_at = self._told_at.get(refusal)
            if told_at is not None and now - told_at < LOG_EVERY_SECONDS:
                continue

            self._told_at[refusal] = now
            del self._untold[refusal]
            log.warning(
                "ended %d connections, the last one from %s: %s",
                count,
                self._last_peers[refusal],
                refusal.detail,
            )
