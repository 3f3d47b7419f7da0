"""The head of an answer leaves with the first piece of the body, or soon by itself."""

import asyncio

from bounded_server.answering import Answering

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


class Writes(asyncio.Transport):
    """Notes what is written at once."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed
        self.seen.append(bytes(data))

    def writelines(self, list_of_data) -> None:  # type: ignore[no-untyped-def] # wide
        self.write(b"".join(list_of_data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def answering(transport: Writes) -> Answering:
    return Answering(transport, asyncio.get_running_loop())


async def test_head_and_body_are_one_write() -> None:
    transport = Writes()
    answer = answering(transport)

    answer.write(HEAD)
    answer.write(b"one")
    answer.write(b"two")
    await asyncio.sleep(0)

    assert transport.seen == [HEAD + b"one", b"two"]


async def test_a_head_that_nothing_follows_does_not_wait() -> None:
    transport = Writes()
    answer = answering(transport)

    answer.write(HEAD)
    await asyncio.sleep(0)
    head_alone = list(transport.seen)
    answer.write(b"later")

    assert head_alone == [HEAD]
    assert transport.seen == [HEAD, b"later"]


async def test_a_head_is_sent_before_the_connection_is_closed() -> None:
    transport = Writes()
    answer = answering(transport)

    answer.write(HEAD)
    answer.close()
    await asyncio.sleep(0)

    assert transport.seen == [HEAD]
    assert transport.closed


async def test_nothing_is_sent_on_a_connection_that_closed_meanwhile() -> None:
    transport = Writes()
    answer = answering(transport)

    answer.write(HEAD)
    transport.close()
    await asyncio.sleep(0)

    assert answer.is_closing()
    assert transport.seen == []
