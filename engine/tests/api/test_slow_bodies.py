"""Bodies that do not come keep nobody out, and take bounded memory."""

import socket
import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import orjson
import pytest
from engine.api.body.memory import FREE_BYTES, memory_of

from servers.memory import PEAK, RESIDENT, memory
from servers.waiting import block_until

from .conftest import echo
from .serving import Server, serving

MAX_STARTS = 5
MAX_JSON_MEMORY = 4_000_000
MEGABYTE = 1_000_000
UNFINISHED = 20
START = b"POST /services/text HTTP/1.1\r\nHost: localhost\r\n"
JSON_START = START + b"Content-Type: application/json\r\n"
FORM_START = START + b"Content-Type: multipart/form-data; boundary=X\r\n"
PART = (
    b'--X\r\nContent-Disposition: form-data; name="data"\r\n'
    b"Content-Type: application/json\r\n\r\n"
)


@contextmanager
def limited(folder: Path, **limits: int) -> Iterator[Server]:
    """An engine with a route that takes a text."""
    with serving(folder, **limits) as running:
        document = echo("text", body={"text": ""})
        httpx.post(f"{running.url}/services", json=document).raise_for_status()
        yield running


def started(server: Server, text: str) -> bool:
    """Whether an ordinary task can be started now; the engine may say “later”."""
    answer = httpx.post(f"{server.url}/services/text", json={"text": text})
    assert answer.status_code in (202, 503), answer.text
    return answer.status_code == 202


@pytest.mark.parametrize("head", [JSON_START, FORM_START], ids=["json", "form"])
def test_starts_whose_body_does_not_come_keep_no_other_out(
    tmp_path: Path, head: bytes
) -> None:
    with limited(tmp_path, max_starts=MAX_STARTS) as server, ExitStack() as stack:
        for _ in range(2 * MAX_STARTS):
            line = stack.enter_context(
                socket.create_connection(("127.0.0.1", server.port))
            )
            line.sendall(head + b"Content-Length: 1000\r\n\r\n{")

        # In their first second they may be just slow.
        block_until(lambda: started(server, "x"), seconds=8)


@pytest.mark.parametrize(
    "head", [JSON_START, FORM_START + b"X: y\r\n"], ids=["json", "form"]
)
def test_json_that_does_not_come_wholly_keeps_no_other_out(
    tmp_path: Path, head: bytes
) -> None:
    begin = b"" if head == JSON_START else PART
    limit = MAX_JSON_MEMORY
    with limited(tmp_path, max_json_memory=limit) as server, ExitStack() as stack:
        before = memory(server.pid, RESIDENT)
        for _ in range(UNFINISHED):
            line = stack.enter_context(
                socket.create_connection(("127.0.0.1", server.port))
            )
            line.settimeout(1)
            line.sendall(head + b"Content-Length: 9000000\r\n\r\n" + begin)
            # The engine may read no more of it.
            try:
                line.sendall(b'{"text": "' + b"x" * MEGABYTE)
            except OSError:
                continue

        assert started(server, "x" * (FREE_BYTES // 2))
        block_until(lambda: started(server, "x" * 100_000), seconds=10)
        growth = memory(server.pid, PEAK) - before

    assert growth < 15 * limit


DOCUMENTS = {
    "empty objects": b"[" + b"{}," * 60_000 + b"{}]",
    "empty lists": b"[" + b"[]," * 60_000 + b"[]]",
    "lists in lists": b"[" + b"[[[[]]]]," * 20_000 + b"1]",
    "objects": b"[" + b'{"a":{}},' * 30_000 + b"1]",
    "keys": b"{%s}" % b",".join(b'"%d":%d' % (n, n + 1000) for n in range(60_000)),
    "numbers": b"[" + b"1234," * 60_000 + b"1]",
    "floats": b"[" + b"1.5," * 60_000 + b"1]",
    "short texts": b"[" + b'"ab",' * 60_000 + b"1]",
    "wide texts": b"[" + b'"\xc3\xa9\xc3\xa8",' * 60_000 + b"1]",
    "one text": orjson.dumps("x" * MEGABYTE),
    "one text with a wide character": orjson.dumps(
        "x" * MEGABYTE + "\N{GRINNING FACE}"
    ),
    "one text of wide characters": orjson.dumps("\N{GRINNING FACE}" * MEGABYTE),
}


@pytest.mark.parametrize("raw", DOCUMENTS.values(), ids=list(DOCUMENTS))
def test_no_document_takes_more_memory_than_is_counted(raw: bytes) -> None:
    tracemalloc.start()
    value = orjson.loads(raw)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert value
    # The document itself is there, too.
    assert taken + len(raw) <= memory_of(raw) * 1.1
