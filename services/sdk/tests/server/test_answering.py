"""An answer whose length is known leaves in one piece; uvicorn sends all others."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import pytest
from bounded_server.answering import (
    MAX_JOINED_BYTES,
    MAX_REMEMBERED_BYTES,
    Answering,
)
from service_sdk.loopback import Loopback
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from .lines import GET, answer, line, read_until

LAST_GET = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
EXPECTING = (
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
    b"Expect: 100-continue\r\n\r\n"
)

Headers = Iterable[tuple[bytes, bytes]]


class Writes:
    """A transport that notes what is written at once."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.seen.append(bytes(data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        """Nothing comes."""

    def resume_reading(self) -> None:
        """Nothing comes."""


class Event:
    """Set, never waited for."""

    def set(self) -> None:
        """The request has had its answer."""


class Request:
    """One request, and what is written for it."""

    def __init__(
        self, method: str = "POST", *, keep_alive: bool = True, logged: bool = False
    ) -> None:
        self.writes = Writes()
        self.answered = 0
        transport: Any = self.writes
        scope: Any = {"method": method, "path": "/", "client": None}
        scope |= {"http_version": "1.1", "query_string": b"", "raw_path": b"/"}
        unused: Any = _Log()
        event: Any = Event()
        self.cycle = RequestResponseCycle(
            scope=scope,
            transport=transport,
            flow=FlowControl(transport),
            logger=unused,
            access_logger=unused,
            access_log=logged,
            default_headers=[(b"server", b"us")],
            message_event=event,
            expect_100_continue=False,
            keep_alive=keep_alive,
            on_response=self._on_response,
        )

    def _on_response(self) -> None:
        self.answered += 1

    async def answer(self, headers: Headers, *pieces: bytes, status: int = 200) -> None:
        """With the messages of an application that has so many pieces."""

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            await send(started(headers, status))
            for number, piece in enumerate(pieces, 1):
                await send(body(piece, more=number < len(pieces)))

        await Answering(application, self.cycle)(
            self.cycle.scope,  # type: ignore[arg-type] # a dict of uvicorn's own type
            nothing_comes,
            self.cycle.send,  # type: ignore[arg-type] # as above
        )


class _Log:
    def info(self, *words: object) -> None:
        """Nobody reads it."""

    def error(self, *words: object, exc_info: object = None) -> None:
        """Nor this."""


async def nothing_comes() -> Message:
    raise AssertionError("no body is read")


def started(headers: Headers, status: int = 200) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}


def body(piece: bytes, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": piece, "more_body": more}


def length(size: int) -> list[tuple[bytes, bytes]]:
    return [(b"content-length", b"%d" % size)]


async def test_a_whole_answer_is_one_write() -> None:
    request = Request()

    await request.answer([*length(3), (b"x", b"y")], b"one")

    assert request.writes.seen == [
        b"HTTP/1.1 200 OK\r\nserver: us\r\ncontent-length: 3\r\nx: y\r\n\r\none"
    ]
    assert request.cycle.response_complete
    assert request.answered == 1
    assert not request.writes.closed


async def test_a_connection_that_is_not_kept_is_closed_behind_the_answer() -> None:
    request = Request(keep_alive=False)

    await request.answer(length(2), b"ok")

    [written] = request.writes.seen
    assert written.endswith(b"connection: close\r\n\r\nok")
    assert request.writes.closed


OTHERS: dict[str, Callable[[Request], Awaitable[None]]] = {
    "pieces": lambda request: request.answer(length(6), b"one", b"two"),
    "no length": lambda request: request.answer([], b"ok"),
    "an iterator": lambda request: request.answer(iter(length(2)), b"ok"),
    "a header of the connection": lambda request: request.answer(
        [*length(2), (b"connection", b"close")], b"ok"
    ),
    "a long header, which is not to be remembered": lambda request: request.answer(
        [*length(2), (b"location", b"x" * (MAX_REMEMBERED_BYTES + 1))], b"ok"
    ),
    "large": lambda request: request.answer(
        length(MAX_JOINED_BYTES + 1), bytes(MAX_JOINED_BYTES + 1)
    ),
}


@pytest.mark.parametrize("others", OTHERS.values(), ids=list(OTHERS))
async def test_all_other_answers_are_sent_by_uvicorn(
    others: Callable[[Request], Awaitable[None]],
) -> None:
    request = Request()

    await others(request)

    head, *rest = request.writes.seen
    assert head.startswith(b"HTTP/1.1 200 OK\r\n") and head.endswith(b"\r\n\r\n")
    assert rest
    assert request.answered == 1


async def test_an_answer_to_head_has_no_body() -> None:
    request = Request("HEAD")

    await request.answer(length(2), b"ok")

    assert b"".join(request.writes.seen).endswith(b"content-length: 2\r\n\r\n")


async def test_an_answer_that_is_logged_is_one_of_uvicorn() -> None:
    request = Request(logged=True)

    await request.answer(length(2), b"ok")

    assert request.answered == 1


async def test_a_length_that_is_not_kept_is_an_error() -> None:
    request = Request()

    with pytest.raises(RuntimeError, match="shorter"):
        await request.answer(length(3), b"ok")


@pytest.mark.parametrize(
    "header",
    [(b"a b", b"c"), (b"a", b"b\r\nc: d"), (b"", b"b")],
    ids=["a space in a name", "a line break", "no name"],
)
async def test_what_no_head_can_have_is_an_error(header: tuple[bytes, bytes]) -> None:
    request = Request()

    with pytest.raises(RuntimeError):
        await request.answer([*length(2), header], b"ok")

    assert request.writes.seen == []


async def test_nothing_is_sent_to_a_client_that_has_gone() -> None:
    request = Request()
    request.cycle.disconnected = True

    await request.answer(length(2), b"ok")

    assert request.writes.seen == []
    assert request.answered == 0


async def test_without_its_body_nothing_has_begun() -> None:
    request = Request()

    await request.answer(length(2))

    # So uvicorn answers 500, where it could only break off before.
    assert not request.cycle.response_started
    assert request.writes.seen == []


@pytest.mark.parametrize("status", [204, 304])
async def test_an_answer_without_a_body_has_none(status: int) -> None:
    request = Request()

    await request.answer([], b"", status=status)

    said = b"".join(request.writes.seen)
    assert said.startswith(b"HTTP/1.1 %d " % status)
    assert said.endswith(b"\r\n\r\n")
    assert request.answered == 1


async def test_what_fails_behind_the_start_is_answered_500() -> None:
    request = Request()

    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        await send(started(length(2)))
        raise ValueError("broken")

    await request.cycle.run_asgi(
        Answering(failing, request.cycle)  # type: ignore[arg-type] # uvicorn's types
    )

    assert request.writes.seen[0].startswith(b"HTTP/1.1 500 ")


def test_requests_that_come_together_are_answered_in_turn(server: Loopback) -> None:
    with line(server.port) as opened:
        opened.sendall(GET + GET + LAST_GET)

        said = answer(opened)

    assert said.count(b"HTTP/1.1 200 OK") == 3
    assert said.count(b"\r\n\r\nok") == 3


def test_a_body_that_is_asked_for_is_answered(server: Loopback) -> None:
    with line(server.port) as opened:
        opened.sendall(EXPECTING)
        read_until(opened, b"100 Continue\r\n\r\n")
        opened.sendall(b"12345")
        read_until(opened, b"\r\n\r\n5")
