"""Blobs as objects of one bucket of AWS or any other S3 server."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from typing import Self

from engine.adapters.s3 import listing
from engine.adapters.s3.bucket import prepare_bucket
from engine.adapters.s3.client import S3Client
from engine.adapters.s3.download import Download
from engine.adapters.s3.upload import Upload, put_object
from engine.adapters.s3.url import S3Url
from engine.adapters.shared.blob_keys import (
    checked,
    is_key,
    is_task,
    named_key,
    new_key,
)
from engine.domain.errors import Unavailable
from engine.domain.media_types import OCTET_STREAM
from engine.domain.values import Blob

BATCH = 1000  # objects that S3 deletes in one request


class S3BlobStore:
    """A `BlobStore` in a bucket, which holds nothing else.

    `keep` is how long the server leaves blobs that everybody forgot. A small blob
    costs one request to write and one to read. A URL that cannot be read is a
    ValueError.
    """

    def __init__(self, url: str, keep: timedelta) -> None:
        self._s3 = S3Client(S3Url.parse(url), partial(prepare_bucket, keep=keep))
        self._clearing = set[asyncio.Future[None]]()

    async def __aenter__(self) -> Self:
        await self._s3.__aenter__()
        return self

    async def __aexit__(self, *reason: object) -> None:
        await asyncio.gather(*self._clearing, return_exceptions=True)
        await self._s3.__aexit__(*reason)

    async def put(
        self, task: str, content: AsyncIterator[bytes], type: str, name: str | None
    ) -> Blob:
        key = new_key(task)
        upload = Upload(self._s3, key, type)
        try:
            async for piece in content:
                await upload.add(piece)
            await upload.finish()
        except Unavailable:
            self._clear(upload)  # when it can be; the caller need not wait for that
            raise
        except BaseException:
            await asyncio.shield(self._clear(upload))
            raise
        return Blob(key, type, upload.size, name)

    async def put_named(self, task: str, name: str, content: bytes) -> str:
        key = named_key(task, name)
        await put_object(self._s3, key, OCTET_STREAM, content)
        return key

    async def read(self, key: str, start: int = 0) -> AsyncIterator[bytes]:
        with closing(Download(self._s3, checked(key), start)) as download:
            while piece := await download.read():
                yield piece

    async def delete(self, keys: Sequence[str]) -> None:
        sound = [key for key in keys if is_key(key)]
        for first in range(0, len(sound), BATCH):
            await listing.delete(self._s3, sound[first : first + BATCH])

    async def erase(self, task: str) -> None:
        if not is_task(task):
            return
        async for page in listing.objects(self._s3, f"{task}/"):
            await listing.delete(self._s3, [found["Key"] for found in page])
        await listing.abort_uploads(self._s3, f"{task}/")

    async def touched(self, since: datetime, until: datetime) -> Sequence[str]:
        """Uploads that were never finished count, too. Reads the whole listing."""
        within, later = set[str](), set[str]()
        async for key, at in self._additions():
            if at >= since and is_key(key):
                (within if at < until else later).add(key.partition("/")[0])
        return sorted(within - later)

    async def check(self) -> None:
        await self._s3.call("head_bucket", patience=1)

    async def _additions(self) -> AsyncIterator[tuple[str, datetime]]:
        async for page in listing.objects(self._s3, ""):
            for found in page:
                yield found["Key"], found["LastModified"]
        async for page in listing.uploads(self._s3, ""):
            for begun in page:
                yield begun["Key"], begun["Initiated"]

    def _clear(self, upload: Upload) -> asyncio.Future[None]:
        """It goes on when the caller is cancelled, twice perhaps."""
        clearing = asyncio.ensure_future(upload.discard())
        self._clearing.add(clearing)
        clearing.add_done_callback(self._clearing.discard)
        return clearing
