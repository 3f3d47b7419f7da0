"""Blobs in a bucket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Self

from engine.adapters.disk.files import PIECE_BYTES
from engine.adapters.s3 import listing
from engine.adapters.s3.bucket import prepare_bucket
from engine.adapters.s3.client import S3Client
from engine.adapters.s3.download import Download
from engine.adapters.s3.gathered import PartsInMemory
from engine.adapters.s3.upload import Upload
from engine.adapters.s3.url import S3Url
from engine.adapters.shared.blob_keys import is_key
from engine.adapters.upkeep.files import new_file
from engine.adapters.upkeep.stores import Entry
from engine.domain.errors import Unknown
from engine.domain.media_types import OCTET_STREAM


class S3Blobs:
    """`Blobs` as `S3BlobStore` keeps them, while the context is open."""

    def __init__(self, url: str, *, make_for: timedelta | None = None) -> None:
        """`make_for`: a bucket that is not there is made, and keeps blobs so long.

        None: nothing is changed.
        """
        prepare = partial(prepare_bucket, keep=make_for) if make_for else _leave
        self._s3 = S3Client(S3Url.parse(url), prepare)
        self._parts = PartsInMemory()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self._s3.close()

    async def entries(self) -> AsyncIterator[Entry]:
        async for page in listing.objects(self._s3, ""):
            for found in page:
                if is_key(found["Key"]):
                    yield Entry(found["Key"], found["Size"])

    async def fetch(self, key: str, target: Path) -> bool:
        try:
            with (
                new_file(target) as file,
                closing(Download(self._s3, key=key, start=0)) as download,
            ):
                while piece := await download.read():
                    await asyncio.to_thread(file.write, piece)
        except Unknown:
            return False
        return True

    async def give(self, key: str, source: Path) -> None:
        # The type of a blob is in the reference to it; the bucket's is never read.
        upload = Upload(self._s3, parts=self._parts, key=key, type=OCTET_STREAM)
        try:
            with open(source, "rb") as file:
                while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
                    await upload.add(piece)
            await upload.finish()
        except BaseException:
            await asyncio.shield(upload.discard())
            raise
        finally:
            upload.close()


async def _leave(s3: S3Client) -> None:
    """A bucket that is only read is taken as it is."""
