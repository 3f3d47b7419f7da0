"""A real S3 server behind a network that breaks: nothing is lost, nothing is left."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import external
import pytest
from engine.adapters.s3.blobs import S3BlobStore
from engine.adapters.s3.client import MAX_CALLS_AT_ONCE
from engine.adapters.s3.upload import PART_BYTES
from engine.domain.errors import Unavailable, Unknown
from faulty_proxy import FaultyProxy, open_proxy

from .blobs import KEEP, WHOLE, listed, pieces, put, read

pytestmark = pytest.mark.external


@pytest.fixture
async def proxy() -> AsyncIterator[FaultyProxy]:
    async with open_proxy(external.s3().url) as proxy:
        yield proxy


@pytest.fixture
async def store(proxy: FaultyProxy) -> AsyncIterator[S3BlobStore]:
    async with S3BlobStore(proxy.instead_of(external.new_bucket()), KEEP) as store:
        await store.check()
        proxy.requests.clear()
        yield store


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

    keys = [await put(store, WHOLE[:PART_BYTES], "t") for _ in range(4)]

    assert [await read(store, key) for key in keys] == [WHOLE[:PART_BYTES]] * 4
    assert proxy.hits["lost"] > 3
    await store.erase("t")
    # Not even an upload that was begun twice is left.
    assert await listed(store) == []


@pytest.mark.parametrize("start", [0, PART_BYTES + 1])
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


@pytest.mark.parametrize("size", [1, 100_000, PART_BYTES, len(WHOLE)])
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

    # A reader that counts bytes notices, too.
    assert got < size
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
        yield WHOLE[:PART_BYTES]
        proxy.silence()
        yield WHOLE[PART_BYTES:]

    blob = await store.put("t", content(), "a/b", None)

    assert proxy.hits["silent"] == 1
    assert await read(store, blob.key) == WHOLE


class SenderFailed(Exception):
    """What reads the content from the client raises."""


@pytest.mark.parametrize("given_up", [SenderFailed, asyncio.CancelledError])
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
    ("size", "requests"), [(10, 1), *((PART_BYTES + 10, n) for n in range(1, 5))]
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

    calls = (store.put_named("t", str(n), b"x") for n in range(3 * MAX_CALLS_AT_ONCE))
    ended = await asyncio.gather(*calls, return_exceptions=True)

    outcomes = Counter(map(str, ended))
    assert (
        outcomes["S3 is not available: too many calls wait for it"] >= MAX_CALLS_AT_ONCE
    )

    proxy.faults.silent = 0
    assert await put(store, b"x")
