"""Uploads that come slowly take little memory, however many there are."""

import asyncio
import os
import tempfile
import tracemalloc
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import external
import pytest
from engine.adapters.s3.blobs import S3BlobStore
from engine.adapters.s3.gathered import IN_MEMORY_BYTES
from engine.adapters.s3.upload import PART_BYTES
from engine.domain.errors import Unavailable

from servers.waiting import until

UPLOADS = 40
SENT_BYTES = PART_BYTES - 1
"""Of each, before it has to wait: no part is full yet. 320 MB of all together."""

PIECE = b"x" * (64 << 10)
LAST = b"the end"
MAX_PEAK_BYTES = 100 << 20


@pytest.fixture
async def store() -> AsyncIterator[S3BlobStore]:
    async with S3BlobStore(external.new_bucket(), timedelta(days=30)) as store:
        await store.put("first", _content(b"x"), "a/b", None)
        yield store


async def _content(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


class SlowClients:
    """They send almost a part each, and the rest when they are told to."""

    def __init__(self) -> None:
        self.waiting = 0
        self.go_on = asyncio.Event()

    async def content(self) -> AsyncIterator[bytes]:
        left = SENT_BYTES
        while left:
            piece = PIECE[:left]
            left -= len(piece)
            yield piece
        self.waiting += 1
        await self.go_on.wait()
        yield LAST


@pytest.mark.external
async def test_many_unfinished_parts_are_not_in_memory(store: S3BlobStore) -> None:
    clients = SlowClients()
    tracemalloc.start()

    async with asyncio.TaskGroup() as uploads:
        blobs = [
            uploads.create_task(store.put("t", clients.content(), "a/b", None))
            for _ in range(UPLOADS)
        ]
        await until(lambda: clients.waiting == UPLOADS)
        clients.go_on.set()
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    whole = b"".join([piece async for piece in store.read(blobs[0].result().key)])
    assert whole == b"x" * SENT_BYTES + LAST
    assert peak_bytes < MAX_PEAK_BYTES


@pytest.mark.external
async def test_a_full_disk_for_temporary_files_is_said(
    store: S3BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    content = _content(b"x" * IN_MEMORY_BYTES, b"more")

    with pytest.raises(Unavailable, match="temporary files"):
        await store.put("t", content, "a/b", None)


@pytest.mark.external
async def test_an_upload_that_is_given_up_leaves_no_file_open(
    store: S3BlobStore,
) -> None:
    before = _temporary_files()
    clients = SlowClients()
    upload = asyncio.create_task(store.put("t", clients.content(), "a/b", None))
    await until(lambda: clients.waiting == 1)
    assert _temporary_files() > before

    upload.cancel()
    await asyncio.wait([upload])

    assert _temporary_files() == before


def _temporary_files() -> set[str]:
    """Files without a name that this process has open."""
    found = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            target = os.readlink(descriptor)
        except FileNotFoundError:
            continue  # that of this listing
        if target.startswith(tempfile.gettempdir()) and "(deleted)" in target:
            found.add(target)
    return found
