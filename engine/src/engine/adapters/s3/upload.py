"""One upload: small content in one request, more in parts; all of it or nothing.

S3 shows an object only when it is whole: after `put_object`, or after
`complete_multipart_upload`. Until then the parts of a larger one are invisible, take
up space, and have to be aborted if the upload is given up.
"""

import asyncio
import logging
import zlib
from collections.abc import Coroutine
from typing import Any, TypeVar

from engine.adapters.s3.checksums import encode_crc32
from engine.adapters.s3.client import ANSWER_TIMEOUT_SECONDS, S3Client
from engine.adapters.s3.failures import S3Failed
from engine.adapters.s3.gathered import Gathered, PartsInMemory
from engine.adapters.s3.listing import abort_uploads
from engine.adapters.s3.objects import content_type, put_object

T = TypeVar("T")

log = logging.getLogger(__name__)

PART_BYTES = 8 << 20
"""S3 takes 10,000 parts: about 80 GB; all but the last one need 5 MiB at least."""

JOINED_BYTES_PER_SECOND = 64 << 20
"""At this speed even slow servers join parts: it gives the time limit for the joining,
during which they send nothing."""

DISCARD_SECONDS = 5.0
"""How long clearing an upload away may take; after it the caller waits no longer."""


class Upload:
    """Content on its way to a key; a part is in memory while it has a place there."""

    def __init__(
        self,
        s3: S3Client,
        *,
        parts: PartsInMemory,
        key: str,
        type: str,
    ) -> None:
        self.size = 0
        """So far; after `finish` that of the whole."""

        self._s3 = s3
        self._in_memory = parts
        self._key = key
        self._type = type

        self._gathered = Gathered()
        self._crc = 0
        self._upload_id: str | None = None
        self._parts: list[dict[str, Any]] = []

        # What `discard` has to clear up.
        self._in_parts = False
        """The server may hold parts of it, which have to be aborted."""
        self._visible = False
        """The server may have the whole object, which has to be deleted."""
        self._last_call: asyncio.Future[Any] | None = None

    async def add(self, piece: bytes) -> None:
        """Send it when there is enough for a part."""
        await self._gathered.add(piece)
        self._crc = zlib.crc32(piece, self._crc)
        self.size += len(piece)

        while self._gathered.size >= PART_BYTES:
            await self._send(PART_BYTES)

    async def finish(self) -> None:
        """Send what is left; afterwards the whole is durable at its key."""
        if not self._in_parts:
            await self._put_at_once()
            return

        if self._gathered.size:
            await self._send(self._gathered.size)

        # Set before the call: it may be carried out although its answer is lost.
        self._visible = True
        await self._join()

    def close(self) -> None:
        """Nothing more comes, and what was not sent is not kept."""
        self._gathered.close()

    async def discard(self) -> None:
        """Keep nothing of it; what cannot be cleared now is erased with its task."""
        try:
            async with asyncio.timeout(DISCARD_SECONDS):
                # A call under way would create again what is cleared here.
                if self._last_call:
                    await asyncio.wait([self._last_call])
                # By key: if an answer was lost we do not know the upload's id, and
                # a repeated call may have begun two.
                if self._in_parts:
                    await abort_uploads(self._s3, self._key)
                if self._visible:
                    await self._s3.call("delete_object", Key=self._key)
        except (TimeoutError, S3Failed):
            log.warning("an upload to %s is left behind", self._key)

    async def _put_at_once(self) -> None:
        # Set before the call: it may be carried out although its answer is lost.
        self._visible = True
        async with self._in_memory.place(self._gathered.size):
            content = await self._gathered.take(self._gathered.size)
            whole = put_object(
                self._s3, key=self._key, type=self._type, content=content
            )
            await self._to_its_end(whole)

    async def _send(self, size: int) -> None:
        """Send so many of the gathered bytes as the next part."""
        if not self._in_parts:
            # Set before the call, for the same reason.
            self._in_parts = True
            await self._begin()

        number = len(self._parts) + 1
        async with self._in_memory.place(size):
            content = await self._gathered.take(size)
            checksum = encode_crc32(zlib.crc32(content))
            answer = await self._request(
                "upload_part", PartNumber=number, ChecksumCRC32=checksum, body=content
            )
        self._parts.append(
            {"PartNumber": number, "ETag": answer["ETag"], "ChecksumCRC32": checksum}
        )

    async def _begin(self) -> None:
        begun = self._s3.call(
            "create_multipart_upload",
            Key=self._key,
            ContentType=content_type(self._type),
            ChecksumAlgorithm="CRC32",
            # One checksum of the whole: a download can be compared with it.
            ChecksumType="FULL_OBJECT",
        )
        answer = await self._to_its_end(begun)
        self._upload_id = answer["UploadId"]

    async def _join(self) -> None:
        """Have the server make one object of the parts."""
        try:
            await self._request(
                "complete_multipart_upload",
                MultipartUpload={"Parts": self._parts},
                MpuObjectSize=self.size,
                ChecksumCRC32=encode_crc32(self._crc),
                ChecksumType="FULL_OBJECT",
                answer_timeout=ANSWER_TIMEOUT_SECONDS
                + self.size / JOINED_BYTES_PER_SECOND,
            )
        except S3Failed as failure:
            if failure.code != "NoSuchUpload":
                raise

            # Our first try may have been carried out and only its answer lost: then
            # there is no such upload any more, and the object is there.
            found = await self._s3.call("head_object", Key=self._key)
            if found["ContentLength"] != self.size:
                raise

    async def _request(self, operation: str, **arguments: Any) -> Any:
        call = self._s3.call(
            operation, Key=self._key, UploadId=self._upload_id, **arguments
        )
        return await self._to_its_end(call)

    async def _to_its_end(self, call: Coroutine[Any, Any, T]) -> T:
        """Let a call end even if we are cancelled.

        A call cut off in the middle may or may not be carried out, and later than
        `discard` cleared up.
        """
        self._last_call = asyncio.ensure_future(call)
        return await asyncio.shield(self._last_call)
