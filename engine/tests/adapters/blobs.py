"""A blob of several parts, and the ways into a bucket and out of it."""

import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta

from engine.adapters.s3.blobs import S3BlobStore
from engine.adapters.s3.upload import PART_BYTES

KEEP = timedelta(days=30)

WHOLE = hashlib.shake_128(b"blob").digest(2 * PART_BYTES + PART_BYTES // 2)


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 65_536):
        yield content[start : start + 65_536]


async def put(store: S3BlobStore, content: bytes, task: str = "t") -> str:
    blob = await store.put(task, pieces(content), "a/b", None)
    return blob.key


async def read(store: S3BlobStore, key: str, start: int = 0) -> bytes:
    received = [piece async for piece in store.read(key, start)]
    return b"".join(received)


async def listed(store: S3BlobStore) -> list[str]:
    """Every object, and every upload that was not finished."""
    return [key async for key, _ in store.additions()]
