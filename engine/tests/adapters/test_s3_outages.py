"""A real S3 server that is away or comes back; an engine that was away."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import external
import pytest
from engine.adapters.s3.blobs import S3BlobStore
from engine.adapters.s3.upload import PART_BYTES
from engine.domain.errors import Unavailable

from servers.s3 import S3

from .blobs import KEEP, WHOLE, listed, put, read

pytestmark = [pytest.mark.external, pytest.mark.outages]

NOTICED_SECONDS = 20.0
"""In this time a server that is away is noticed, also on a busy machine."""


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
        began_at = time.monotonic()
        try:
            await call
        except Unavailable as error:
            assert time.monotonic() - began_at < NOTICED_SECONDS
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
    found = await read(store, key)
    return found == b"before" and bool(await put(store, WHOLE))


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


async def test_a_server_that_hangs_in_the_middle_is_unavailable(tmp_path: Path) -> None:
    async def content() -> AsyncIterator[bytes]:
        yield WHOLE[:PART_BYTES]
        server.freeze()
        yield WHOLE[PART_BYTES:]

    async def read_frozen(key: str) -> None:
        async for _ in store.read(key):
            server.freeze()

    with S3(tmp_path) as server:
        async with S3BlobStore(server.url, KEEP) as store:
            key = await put(store, WHOLE)
            for call in (read_frozen(key), store.put("t", content(), "a/b", None)):
                began_at = time.monotonic()
                with pytest.raises(Unavailable):
                    await call
                assert time.monotonic() - began_at < NOTICED_SECONDS
                server.thaw()

            assert await read(store, key) == WHOLE


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
        yield WHOLE[: PART_BYTES + 1]
        server.kill()
        server.start()
        yield WHOLE[PART_BYTES + 1 :]

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
from engine.adapters.s3.blobs import S3BlobStore

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
