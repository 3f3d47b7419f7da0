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
from engine.adapters.s3.failures import S3Failed
from engine.adapters.s3.gathered import PartsInMemory
from engine.adapters.s3.objects import put_object
from engine.adapters.s3.upload import Upload
from engine.adapters.s3.url import S3Url
from engine.adapters.shared.blob_keys import (
    checked,
    copied_key,
    is_key,
    is_task,
    named_key,
    new_key,
)
from engine.domain.errors import Unavailable, Unknown
from engine.domain.media_types import OCTET_STREAM
from engine.domain.values import Blob

MAX_DELETED_AT_ONCE = 1000
"""S3 takes no more keys in one request."""

COPY_TIMEOUT_SECONDS = 60
"""The server answers when it has copied the whole: a gigabyte takes its time."""

CHECK_FOR_SECONDS = 1
"""`check` answers the readiness probe, which soon comes again: so it says early that S3
does not answer, instead of trying as long as other calls."""


class S3BlobStore:
    """A `BlobStore` in a bucket, which holds nothing else.

    `keep` is how long the server leaves blobs that nothing erased. A small blob
    costs one request to write and one to read. A URL that cannot be read is a
    ValueError.
    """

    def __init__(self, url: str, keep: timedelta) -> None:
        parsed = S3Url.parse(url)
        self._bucket = parsed.bucket
        self._s3 = S3Client(parsed, partial(prepare_bucket, keep=keep))
        self._parts = PartsInMemory()
        self._discarding = set[asyncio.Future[None]]()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *reason: object) -> None:
        # First: discarding needs the connection.
        await asyncio.gather(*self._discarding, return_exceptions=True)
        await self._s3.close()

    async def put(
        self,
        task: str,
        content: AsyncIterator[bytes],
        type: str,
        name: str | None,
    ) -> Blob:
        key = new_key(task)
        upload = Upload(self._s3, parts=self._parts, key=key, type=type)

        try:
            async for piece in content:
                await upload.add(piece)
            await upload.finish()
        except Unavailable:
            # S3 is away, so discarding takes long: the caller need not wait for it.
            self._discard(upload)
            raise
        except BaseException:
            # Shielded: this may be a cancellation, and another one may follow.
            await asyncio.shield(self._discard(upload))
            raise
        finally:
            upload.close()

        return Blob(key, type, upload.size, name)

    async def put_named(
        self,
        task: str,
        name: str,
        content: bytes,
    ) -> str:
        key = named_key(task, name)
        await put_object(self._s3, key=key, type=OCTET_STREAM, content=content)
        return key

    async def copy(self, key: str, task: str) -> str:
        target = copied_key(key, task)
        try:
            await self._s3.call(
                "copy_object",
                Key=target,
                CopySource={"Bucket": self._bucket, "Key": key},
                answer_timeout=COPY_TIMEOUT_SECONDS,
            )
        except S3Failed as failure:
            if failure.code == "NoSuchKey":
                raise Unknown("blob", key) from None
            raise
        return target

    async def read(self, key: str, start: int = 0) -> AsyncIterator[bytes]:
        download = Download(self._s3, key=checked(key), start=start)

        with closing(download):
            piece = await download.read()
            while piece:
                yield piece
                piece = await download.read()

    async def delete(self, keys: Sequence[str]) -> None:
        valid = [key for key in keys if is_key(key)]

        for first in range(0, len(valid), MAX_DELETED_AT_ONCE):
            await listing.delete(self._s3, valid[first : first + MAX_DELETED_AT_ONCE])

    async def erase(self, task: str) -> None:
        # Without this check an empty name would erase the whole bucket.
        if not is_task(task):
            return

        async for page in listing.objects(self._s3, f"{task}/"):
            await listing.delete(self._s3, [found["Key"] for found in page])
        await listing.abort_uploads(self._s3, f"{task}/")

    async def touched(self, since: datetime, until: datetime) -> Sequence[str]:
        """Uploads that were never finished count, too. Reads the whole listing."""
        within = set[str]()
        later = set[str]()

        async for key, added_at in self.additions():
            if added_at < since or not is_key(key):
                continue
            task = key.partition("/")[0]
            if added_at < until:
                within.add(task)
            else:
                later.add(task)

        return sorted(within - later)

    async def check(self) -> None:
        await self._s3.call("head_bucket", retry_for=CHECK_FOR_SECONDS)

    async def additions(self) -> AsyncIterator[tuple[str, datetime]]:
        """Every object and every unfinished upload: its key, and when it came."""
        async for page in listing.objects(self._s3, ""):
            for found in page:
                yield found["Key"], found["LastModified"]

        async for page in listing.uploads(self._s3, ""):
            for begun in page:
                yield begun["Key"], begun["Initiated"]

    def _discard(self, upload: Upload) -> asyncio.Future[None]:
        """Discard an upload in the background, so that a cancellation cannot stop it.

        It is kept in a set: the loop itself keeps only weak references to its tasks.
        """
        discarding = asyncio.ensure_future(upload.discard())
        self._discarding.add(discarding)
        discarding.add_done_callback(self._discarding.discard)
        return discarding
