"""One download: goes on where a connection broke, is compared with its checksum."""

import asyncio
import logging
import zlib
from typing import Any

from aiohttp import ClientError as BrokenConnection

from engine.adapters.s3.client import ANSWER, S3Client, S3Failed
from engine.adapters.s3.upload import encoded
from engine.domain.errors import Unknown

log = logging.getLogger(__name__)

PIECE = 256 * 1024  # bytes
BREAKS = 4  # times that a connection may break without bringing anything


class Download:
    """A blob from a first byte on. The last piece comes only if the whole is sound."""

    def __init__(self, s3: S3Client, key: str, start: int) -> None:
        self._s3, self._key, self._at = s3, key, start
        self._whole, self._crc = start == 0, 0
        self._end: int | None = None
        self._etag: str | None = None
        self._checksum: str | None = None
        self._body: Any = None
        self._held: bytes | None = None

    async def read(self) -> bytes:
        """The next piece, none at the end."""
        piece = await self._received() if self._held is None else self._held
        self._held = await self._received() if piece else b""
        return piece

    def close(self) -> None:
        """Leave the connection, which may be in the middle of something."""
        if self._body:
            self._body.close()
        self._body = None

    async def _received(self) -> bytes:
        reason = ""
        for _ in range(BREAKS):
            if not self._body and self._at != self._end:
                await self._open()
            if self._at == self._end:
                return self._ended()
            try:
                async with asyncio.timeout(ANSWER):
                    if piece := await self._body.content.read(PIECE):
                        return self._counted(piece)
            except (BrokenConnection, OSError) as error:
                reason = str(error) or "it does not answer"
            self.close()
        raise S3Failed(f"{self._key} breaks off at byte {self._at}: {reason}")

    async def _open(self) -> None:
        which = {"Range": f"bytes={self._at}-"} if self._at else {}
        if self._etag:
            which["IfMatch"] = self._etag
        try:
            answer = await self._s3.call(
                "get_object", Key=self._key, ChecksumMode="ENABLED", **which
            )
        except S3Failed as failure:
            self._missing(failure)
        else:
            self._body = answer["Body"]
            self._begin(answer)

    def _missing(self, failure: S3Failed) -> None:
        match failure.code:
            case "NoSuchKey":
                raise Unknown("blob", self._key) from None
            case "InvalidRange":
                self._end = self._at
            case _:
                raise failure

    def _begin(self, answer: Any) -> None:
        ranged = answer.get("ContentRange", "").startswith(f"bytes {self._at}-")
        if self._at and not ranged:
            raise S3Failed("it sends other bytes than it was asked for")
        if self._end is None:
            self._end = self._at + answer["ContentLength"]
            self._etag = answer.get("ETag")
            if self._whole and answer.get("ChecksumType") != "COMPOSITE":
                self._checksum = answer.get("ChecksumCRC32")

    def _counted(self, piece: bytes) -> bytes:
        self._at += len(piece)
        self._crc = zlib.crc32(piece, self._crc)
        return piece

    def _ended(self) -> bytes:
        if self._checksum and encoded(self._crc) != self._checksum:
            log.error("blob %s is not what was stored", self._key)
            raise S3Failed(f"{self._key} does not match its checksum")
        return b""
