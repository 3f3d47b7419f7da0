"""A real S3 server behind a network that breaks, and one that dies: nothing is lost."""

import asyncio
import hashlib
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import external
import pytest
from engine.adapters.s3 import S3BlobStore
from engine.adapters.s3_client import AT_ONCE
from engine.adapters.s3_upload import PART
from engine.domain.errors import Unavailable, Unknown
from faulty_proxy import FaultyProxy

from servers.s3 import S3

pytestmark = pytest.mark.external

KEEP = timedelta(days=30)
IN_TIME = 20.0  # seconds in which a server that is away is noticed, on a busy machine
WHOLE = hashlib.shake_128(b"blob").digest(2 * PART + PART // 2)


@pytest.fixture
async def proxy() -> AsyncIterator[FaultyProxy]:
    async with FaultyProxy(external.s3().url) as proxy:
        yield proxy


@pytest.fixture
async def store(proxy: FaultyProxy) -> AsyncIterator[S3BlobStore]:
    async with S3BlobStore(proxy.instead_of(external.new_bucket()), KEEP) as store:
        await store.check()
        proxy.requests.clear()
        yield store


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 65_536):
        yield content[start : start + 65_536]


async def put(store: S3BlobStore, content: bytes, task: str = "t") -> str:
    return (await store.put(task, pieces(content), "a/b", None)).key


async def read(store: S3BlobStore, key: str, start: int = 0) -> bytes:
    return b"".join([piece async for piece in store.read(key, start)])


async def listed(store: S3BlobStore) -> list[str]:
    """Every object, and every upload that was not finished."""
    return [key async for key, _ in store._additions()]


async def test_small_blobs_cost_one_request_each_way(
    store: S3BlobStore, proxy: FaultyProxy
) -> None:
    key = await put(store, b"small")
    named = await store.put_named("t", "name", b"small, too")
    assert await read(store, key) == b"small"

    kinds = [request.split("?")[0].split("/")[0] for request in proxy.requests]
    assert kinds == ["PUT ", "PUT ", "GET "]
    assert named.startswith("t/")


async def test_a_third_of_all_calls_refused_is_not_noticed(
    store: S3BlobStore, proxy: FaultyProxy
) -> None:
    proxy.faults.busy = 0.3

    keys = await asyncio.gather(*(put(store, b"%d" % n, f"t{n}") for n in range(30)))
    large = await put(store, WHOLE)

    assert await asyncio.gather(*(read(store, key) for key in keys)) == [
        b"%d" % n for n in range(30)
    ]
    assert await read(store, large) == WHOLE
    await asyncio.gather(*(store.erase(f"t{n}") for n in range(30)))
    assert await listed(store) == [large]
    assert proxy.hits["busy"] > 20


async def test_answers_that_are_lost_are_asked_for_again(
    store: S3BlobStore, proxy: FaultyProxy
) -> None:
    proxy.faults.lost = 0.3

    keys = [await put(store, WHOLE[:PART], "t") for _ in range(4)]

    assert [await read(store, key) for key in keys] == [WHOLE[:PART]] * 4
    assert proxy.hits["lost"] > 3
    await store.erase("t")
    assert await listed(store) == []  # not even an upload that was begun twice


@pytest.mark.parametrize("start", [0, PART + 1])
async def test_a_body_cut_in_the_middle_is_read_on(
    store: S3BlobStore, proxy: FaultyProxy, start: int
) -> None:
    key = await put(store, WHOLE)
    proxy.faults.cut = 1

    assert await read(store, key, start) == WHOLE[start:]
    assert proxy.hits["cut"] > 5


async def test_a_blob_erased_while_it_is_read_is_unknown(
    store: S3BlobStore, proxy: FaultyProxy
) -> None:
    key = await put(store, WHOLE)
    proxy.faults.cut = 1

    with pytest.raises(Unknown):
        async for _ in store.read(key):
            await store.delete([key])


async def test_bits_that_change_on_the_way_are_sent_again(
    store: S3BlobStore, proxy: FaultyProxy
) -> None:
    proxy.faults.garbled = 0.3
    keys = [await put(store, WHOLE) for _ in range(3)]
    assert proxy.hits["garbled"] > 2

    proxy.faults.garbled = 0
    for key in keys:
        assert await read(store, key) == WHOLE


@pytest.mark.parametrize("size", [1, 100_000, PART, len(WHOLE)])
async def test_bits_that_change_on_the_way_back_are_noticed(
    store: S3BlobStore,
    proxy: FaultyProxy,
    size: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    key = await put(store, WHOLE[:size])
    proxy.faults.garbled = 1
    got = 0

    with pytest.raises(Unavailable, match=f"{key} does not match its checksum"):
        async for piece in store.read(key):
            got += len(piece)

    assert got < size  # whoever counts bytes notices, too
    assert key in caplog.text


async def test_connections_that_went_silent_are_left(
    store: S3BlobStore, proxy: FaultyProxy
) -> None:
    key = await put(store, b"before")

    proxy.silence()

    assert await read(store, key) == b"before"
    assert proxy.hits["silent"] == 1


async def test_a_part_that_nobody_takes_is_sent_again(
    store: S3BlobStore, proxy: FaultyProxy
) -> None:
    async def content() -> AsyncIterator[bytes]:
        yield WHOLE[:PART]
        proxy.silence()
        yield WHOLE[PART:]

    blob = await store.put("t", content(), "a/b", None)

    assert proxy.hits["silent"] == 1
    assert await read(store, blob.key) == WHOLE


class Gone(Exception):
    """The sender's."""


@pytest.mark.parametrize("given_up", [Gone, asyncio.CancelledError])
async def test_an_upload_given_up_leaves_nothing(
    store: S3BlobStore, given_up: type[BaseException]
) -> None:
    async def content() -> AsyncIterator[bytes]:
        async for piece in pieces(WHOLE):
            yield piece
        assert len(await listed(store)) == 1
        raise given_up

    with pytest.raises(given_up):
        await store.put("t", content(), "a/b", None)

    assert await listed(store) == []


@pytest.mark.parametrize(
    ("size", "requests"), [(10, 1), *((PART + 10, n) for n in range(1, 5))]
)
async def test_an_upload_cancelled_at_any_moment_leaves_nothing(
    store: S3BlobStore, proxy: FaultyProxy, size: int, requests: int
) -> None:
    upload = asyncio.ensure_future(put(store, WHOLE[:size]))
    await proxy.came(requests)
    upload.cancel()

    with pytest.raises(asyncio.CancelledError):
        await upload

    assert await listed(store) == []


async def test_uploads_of_an_engine_that_died_go_with_their_task() -> None:
    started = asyncio.Event()
    bucket = external.new_bucket()

    async def endless() -> AsyncIterator[bytes]:
        yield WHOLE
        started.set()
        await asyncio.Event().wait()

    async with S3BlobStore(bucket, KEEP) as store:
        died = asyncio.ensure_future(store.put("t", endless(), "a/b", None))
        await started.wait()

        day = timedelta(days=1)
        now = datetime.now(UTC)
        assert await store.touched(now - day, now + day) == ["t"]
        await store.erase("t")

        assert await listed(store) == []
        died.cancel()
        await asyncio.gather(died, return_exceptions=True)


async def answers(store: S3BlobStore) -> list[Any]:
    """What each method of the port says of a server that is away."""

    async def asked(call: Any) -> Any:
        began = time.monotonic()
        try:
            await call
        except Unavailable as error:
            assert time.monotonic() - began < IN_TIME
            return str(error)
        return None

    calls = (
        store.check(),
        put(store, b"x"),
        put(store, WHOLE),
        store.put_named("t", "n", b"x"),
        read(store, "t/x"),
        store.delete(["t/x"]),
        store.erase("t"),
    )
    return await asyncio.gather(*map(asked, calls))


async def works(store: S3BlobStore, key: str) -> bool:
    await store.check()
    return await read(store, key) == b"before" and bool(await put(store, WHOLE))


async def test_a_server_that_was_killed_is_unavailable_until_it_is_back(
    tmp_path: Path,
) -> None:
    with S3(tmp_path) as server:
        async with S3BlobStore(server.url, KEEP) as store:
            key = await put(store, b"before")
            server.kill()

            said = await answers(store)

            assert all("S3 is not available" in (answer or "") for answer in said)
            assert server.secret not in str(said)
            await asyncio.to_thread(server.start)
            assert await works(store, key)


async def test_a_server_that_hangs_is_unavailable_until_it_goes_on(
    tmp_path: Path,
) -> None:
    with S3(tmp_path) as server:
        async with S3BlobStore(server.url, KEEP) as store:
            key = await put(store, b"before")
            server.freeze()

            said = await answers(store)

            assert said == ["S3 is not available: it does not answer"] * len(said)
            server.thaw()
            assert await works(store, key)


@pytest.mark.parametrize("away", ["kill", "freeze"])
async def test_a_server_that_is_away_at_the_start_is_used_when_it_comes(
    tmp_path: Path, away: str
) -> None:
    with S3(tmp_path) as server:
        getattr(server, away)()
        async with S3BlobStore(server.url, KEEP) as store:
            said = await answers(store)

            assert all("S3 is not available" in (answer or "") for answer in said)
            server.thaw()
            await asyncio.to_thread(server.start)
            assert await works(store, await put(store, b"before"))


async def test_a_server_restarted_in_the_middle_is_not_noticed(tmp_path: Path) -> None:
    async def content() -> AsyncIterator[bytes]:
        yield WHOLE[: PART + 1]
        server.kill()
        server.start()
        yield WHOLE[PART + 1 :]

    with S3(tmp_path) as server:
        async with S3BlobStore(server.url, KEEP) as store:
            blob = await store.put("t", content(), "a/b", None)

            got = b""
            async for piece in store.read(blob.key):
                if not got:
                    server.kill()
                    server.start()
                got += piece

    assert got == WHOLE


COPY_40_MB = """
import asyncio, resource, sys
from datetime import UTC, datetime, timedelta
from engine.adapters.s3 import S3BlobStore

def megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

async def content(size):
    for _ in range(size // 65_536):
        yield bytes(65_536)

async def copy(store, size):
    blob = await store.put("t", content(size), "a/b", None)
    return blob.size, sum([len(piece) async for piece in store.read(blob.key)])

async def main():
    async with S3BlobStore(sys.argv[1], timedelta(days=1)) as store:
        await copy(store, 65_536)
        before = megabytes()
        print(*await copy(store, 40 << 20), megabytes() - before)

asyncio.run(main())
"""


def test_memory_does_not_grow_with_the_size() -> None:
    measure = [sys.executable, "-c", COPY_40_MB, external.new_bucket()]

    printed = subprocess.run(measure, capture_output=True, text=True, check=True)

    put_bytes, read_bytes, growth = map(int, printed.stdout.split())
    assert put_bytes == read_bytes == 40 << 20
    assert growth < 30


async def test_more_blobs_than_s3_lists_at_once_are_erased() -> None:
    async with S3BlobStore(external.new_bucket(), KEEP) as store:
        other = await put(store, b"x", "t-2")
        for first in range(0, 1050, 50):
            names = map(str, range(first, first + 50))
            await asyncio.gather(*(store.put_named("t", n, b"x") for n in names))

        await store.erase("t")

        assert await listed(store) == [other]


async def test_more_blobs_than_s3_takes_at_once_are_deleted(
    store: S3BlobStore,
) -> None:
    key = await put(store, b"x")

    await store.delete([*(f"t/{n}" for n in range(1050)), key])

    assert await listed(store) == []


async def test_calls_that_would_come_too_late_are_told_so(
    store: S3BlobStore, proxy: FaultyProxy
) -> None:
    proxy.faults.silent = 1

    calls = (store.put_named("t", str(n), b"x") for n in range(3 * AT_ONCE))
    ended = await asyncio.gather(*calls, return_exceptions=True)

    told = Counter(map(str, ended))
    assert told["S3 is not available: too many calls wait for it"] >= AT_ONCE
    proxy.faults.silent = 0
    assert await put(store, b"x")
