"""What every BlobStore promises."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from engine.domain.errors import Unknown
from engine.domain.values import Blob
from engine.ports import BlobStore

PIECE_BYTES = 256 * 1024


async def content(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def failing(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    raise ConnectionResetError("the sender went away")


async def put(blobs: BlobStore, *pieces: bytes, task: str = "t") -> Blob:
    return await blobs.put(task, content(*pieces), "image/png", None)


async def read(blobs: BlobStore, key: str, start: int = 0) -> bytes:
    return b"".join([piece async for piece in blobs.read(key, start)])


async def test_what_was_put_can_be_read(blobs: BlobStore) -> None:
    blob = await blobs.put("t", content(b"ab", b"", b"c"), "image/png", "ü.png")

    assert blob == Blob(blob.key, "image/png", 3, "ü.png")
    assert blob.key.startswith("t/")
    assert await read(blobs, blob.key) == b"abc"


@pytest.mark.parametrize(
    "size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 9_000_000]
)
async def test_any_size_comes_back_whole(blobs: BlobStore, size: int) -> None:
    whole = bytes(range(251)) * (size // 251 + 1)
    whole = whole[:size]

    blob = await put(blobs, *(whole[i : i + 65_000] for i in range(0, size, 65_000)))

    assert blob.size == size
    assert await read(blobs, blob.key) == whole


@pytest.mark.parametrize(
    "start", [0, 1, PIECE_BYTES, 2 * PIECE_BYTES - 1, 2 * PIECE_BYTES, 3 * PIECE_BYTES]
)
async def test_reading_starts_where_one_wants(blobs: BlobStore, start: int) -> None:
    whole = b"ab" * PIECE_BYTES
    blob = await put(blobs, whole)

    assert await read(blobs, blob.key, start) == whole[start:]


async def test_it_is_read_in_pieces(blobs: BlobStore) -> None:
    blob = await put(blobs, b"x" * 20 * PIECE_BYTES)

    largest = max([len(piece) async for piece in blobs.read(blob.key)])

    assert largest <= 1024 * 1024


async def test_every_blob_has_a_key_of_its_own(blobs: BlobStore) -> None:
    new = await asyncio.gather(*(put(blobs, b"%d" % n) for n in range(50)))

    assert len({blob.key for blob in new}) == 50
    for n, blob in enumerate(new):
        assert await read(blobs, blob.key) == b"%d" % n


@pytest.mark.parametrize("pieces", [[], [b"a"], [b"a" * PIECE_BYTES] * 3])
async def test_content_that_fails_is_not_kept(
    blobs: BlobStore, pieces: list[bytes]
) -> None:
    with pytest.raises(ConnectionResetError, match="went away"):
        await blobs.put("t", failing(pieces), "image/png", None)

    assert await read(blobs, (await put(blobs, b"next")).key) == b"next"


async def test_a_put_can_be_given_up(blobs: BlobStore) -> None:
    reached = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * PIECE_BYTES
        reached.set()
        await asyncio.Event().wait()

    upload = asyncio.ensure_future(blobs.put("t", endless(), "a/b", None))
    await reached.wait()
    upload.cancel()

    with pytest.raises(asyncio.CancelledError):
        await upload


async def test_an_absent_blob_is_unknown(blobs: BlobStore) -> None:
    with pytest.raises(Unknown, match="t/absent"):
        await read(blobs, "t/absent")


ESCAPES = ["", "t", "/", "t/", "/t", "../t", "t/..", "t/.", "./t", "t/../t/x"]
ESCAPES += ["/etc/passwd", "t//x", "t/x/y", "t/\0", "t/\n", "t/x\n", "t\\x", "..\\t"]
ESCAPES += ["t/%2e%2e", "t/~", "t/ü", "t/" + "x" * 300, ".uploads/x", "t/x y", "t/$x"]


@pytest.mark.parametrize("key", ESCAPES)
async def test_a_key_that_no_blob_can_have_is_unknown(
    blobs: BlobStore, key: str
) -> None:
    with pytest.raises(Unknown):
        await read(blobs, key)
    await blobs.delete([key])


@pytest.mark.parametrize("task", ["", ".", "..", "../t", "/t", "t/x", ".uploads", "ü"])
async def test_a_task_that_cannot_be_has_no_blobs(blobs: BlobStore, task: str) -> None:
    with pytest.raises(Unknown):
        await put(blobs, b"x", task=task)
    with pytest.raises(Unknown):
        await blobs.put_named(task, "name", b"x")
    await blobs.erase(task)


@pytest.mark.parametrize("name", ["out", "../../x", "faces[2].out", "ü/\0", "x" * 999])
async def test_named_content_has_the_key_of_its_name(
    blobs: BlobStore, name: str
) -> None:
    key = await blobs.put_named("t", name, b"content")

    assert key.startswith("t/")
    assert await blobs.put_named("t", name, b"content") == key
    assert await read(blobs, key) == b"content"


async def test_other_names_and_tasks_have_other_keys(blobs: BlobStore) -> None:
    names = [("t", "a"), ("t", "b"), ("t2", "a")]

    keys = [await blobs.put_named(task, name, b"x") for task, name in names]

    assert len(set(keys)) == 3


async def test_named_content_may_be_put_many_times_at_once(blobs: BlobStore) -> None:
    same = (blobs.put_named("t", "name", b"content") for _ in range(20))

    keys = set(await asyncio.gather(*same))

    assert len(keys) == 1
    assert await read(blobs, keys.pop()) == b"content"


async def test_deleted_blobs_are_gone_and_others_are_not(blobs: BlobStore) -> None:
    first, second, third = [await put(blobs, b"x") for _ in range(3)]

    await blobs.delete([first.key, "t/absent", second.key])
    await blobs.delete([first.key])
    await blobs.delete([])

    for deleted in (first, second):
        with pytest.raises(Unknown):
            await read(blobs, deleted.key)
    assert await read(blobs, third.key) == b"x"


async def test_an_erased_task_has_no_blobs(blobs: BlobStore) -> None:
    mine = [(await put(blobs, b"x")).key, await blobs.put_named("t", "n", b"x")]
    other = await put(blobs, b"y", task="t2")

    await blobs.erase("t")
    await blobs.erase("t")

    for key in mine:
        with pytest.raises(Unknown):
            await read(blobs, key)
    assert await read(blobs, other.key) == b"y"
    assert await read(blobs, (await put(blobs, b"new")).key) == b"new"


@pytest.mark.parametrize("size", [0, 3, 9_000_000])
async def test_a_copy_stays_when_the_first_task_is_erased(
    blobs: BlobStore, size: int
) -> None:
    blob = await put(blobs, *(b"x" * 90_000 for _ in range(size // 90_000)), b"end")

    copy = await blobs.copy(blob.key, "t2")
    again = await blobs.copy(blob.key, "t2")
    await blobs.erase("t")

    assert copy == again == f"t2/{blob.key.partition('/')[2]}"
    assert len(await read(blobs, copy)) == blob.size
    with pytest.raises(Unknown):
        await read(blobs, blob.key)


async def test_the_first_blob_stays_when_its_copy_is_deleted(blobs: BlobStore) -> None:
    blob = await put(blobs, b"abc")
    copy = await blobs.copy(blob.key, "t2")

    await blobs.delete([copy])

    assert await read(blobs, blob.key) == b"abc"


async def test_what_is_not_there_cannot_be_copied(blobs: BlobStore) -> None:
    blob = await put(blobs, b"abc")

    with pytest.raises(Unknown, match="t/absent"):
        await blobs.copy("t/absent", "t2")
    with pytest.raises(Unknown):
        await blobs.copy("../t", "t2")
    with pytest.raises(Unknown):
        await blobs.copy(blob.key, "../t2")


async def test_a_reader_may_stop_early(blobs: BlobStore) -> None:
    blob = await put(blobs, b"x" * 5 * PIECE_BYTES)

    async with aclosing(
        cast(AsyncGenerator[bytes, None], blobs.read(blob.key))
    ) as pieces:
        first = await anext(pieces)

    assert first.strip(b"x") == b""


async def test_a_store_that_works_passes_its_check(blobs: BlobStore) -> None:
    await blobs.check()


async def test_it_tells_which_tasks_were_touched_in_a_span(blobs: BlobStore) -> None:
    await put(blobs, b"a", task="t1")
    now = datetime.now(UTC)
    hour = timedelta(hours=1)

    assert await blobs.touched(now - hour, now + hour) == ["t1"]
    assert await blobs.touched(now - 2 * hour, now - hour) == []
