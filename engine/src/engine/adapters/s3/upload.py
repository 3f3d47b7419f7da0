"""One upload: small content in one request, more in parts; all of it or nothing."""

import asyncio
import base64
import logging
import re
import zlib
from collections.abc import Coroutine
from typing import Any, TypeVar

from engine.adapters.s3.client import ANSWER, S3Client, S3Failed
from engine.adapters.s3.listing import abort_uploads
from engine.domain.media_types import OCTET_STREAM

T = TypeVar("T")

log = logging.getLogger(__name__)

PART = 8 << 20  # bytes
JOINED = 64 << 20  # bytes a second in which even slow servers join the parts
CLEARING = 5.0  # seconds that an upload given up may still take
TYPE = re.compile(r"[!-~][ -~]{0,254}")


class Upload:
    """Content on its way to a key; at most two parts of it are in memory."""

    def __init__(self, s3: S3Client, key: str, type: str) -> None:
        self._s3, self._key, self._type = s3, key, type
        self._gathered, self._crc, self.size = bytearray(), 0, 0
        self._id: str | None = None
        self._parts: list[dict[str, Any]] = []
        self._in_parts = self._visible = False
        self._call: asyncio.Future[Any] | None = None

    async def add(self, piece: bytes) -> None:
        self._gathered += piece
        self._crc, self.size = zlib.crc32(piece, self._crc), self.size + len(piece)
        while len(self._gathered) >= PART:
            await self._send(PART)

    async def finish(self) -> None:
        """Send what is left; afterwards the whole is durable at its key."""
        if not self._in_parts:
            self._visible = True
            content = bytes(self._gathered)
            whole = put_object(self._s3, self._key, self._type, content)
            return await self._through(whole)
        if self._gathered:
            await self._send(len(self._gathered))
        self._visible = True
        await self._join()

    async def discard(self) -> None:
        """Keep nothing of it; what cannot be cleared now goes with its task."""
        try:
            async with asyncio.timeout(CLEARING):
                if self._call:
                    await asyncio.wait([self._call])
                if self._in_parts:
                    await abort_uploads(self._s3, self._key)
                if self._visible:
                    await self._s3.call("delete_object", Key=self._key)
        except (TimeoutError, S3Failed):
            log.warning("an upload to %s is left behind", self._key)

    async def _send(self, size: int) -> None:
        if not self._in_parts:
            self._in_parts = True
            await self._begin()
        content = bytes(memoryview(self._gathered)[:size])
        del self._gathered[:size]
        number, checksum = len(self._parts) + 1, encoded(zlib.crc32(content))
        answer = await self._request(
            "upload_part", PartNumber=number, ChecksumCRC32=checksum, body=content
        )
        part = {"PartNumber": number, "ETag": answer["ETag"], "ChecksumCRC32": checksum}
        self._parts.append(part)

    async def _begin(self) -> None:
        made = self._s3.call(
            "create_multipart_upload",
            Key=self._key,
            ContentType=content_type(self._type),
            ChecksumAlgorithm="CRC32",
            ChecksumType="FULL_OBJECT",
        )
        self._id = (await self._through(made))["UploadId"]

    async def _join(self) -> None:
        """Repeated after an answer was lost, it may find that all has been done."""
        try:
            await self._request(
                "complete_multipart_upload",
                MultipartUpload={"Parts": self._parts},
                MpuObjectSize=self.size,
                ChecksumCRC32=encoded(self._crc),
                ChecksumType="FULL_OBJECT",
                answer=ANSWER + self.size / JOINED,
            )
        except S3Failed as failure:
            if failure.code != "NoSuchUpload":
                raise
            found = await self._s3.call("head_object", Key=self._key)
            if found["ContentLength"] != self.size:
                raise

    async def _request(self, operation: str, **arguments: Any) -> Any:
        which = {"Key": self._key, "UploadId": self._id}
        return await self._through(self._s3.call(operation, **which, **arguments))

    async def _through(self, call: Coroutine[Any, Any, T]) -> T:
        """Let it end even if we are cancelled: else nobody knew what it did."""
        self._call = asyncio.ensure_future(call)
        return await asyncio.shield(self._call)


def encoded(crc: int) -> str:
    """A CRC-32 as S3 writes it.

    >>> encoded(0x352441C2)  # that of b"abc"
    'NSRBwg=='
    """
    return base64.b64encode(crc.to_bytes(4, "big")).decode()


async def put_object(s3: S3Client, key: str, type: str, content: bytes) -> None:
    """Store small content; it may be repeated."""
    checksum, kind = encoded(zlib.crc32(content)), content_type(type)
    await s3.call(
        "put_object", Key=key, ContentType=kind, ChecksumCRC32=checksum, body=content
    )


def content_type(type: str) -> str:
    """What can stand in a header; the blob's reference keeps the type as it is."""
    return type if TYPE.fullmatch(type) else OCTET_STREAM
