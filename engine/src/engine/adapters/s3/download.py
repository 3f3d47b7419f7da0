"""One download: goes on where a connection broke, is compared with its checksum."""

import asyncio
import logging
import zlib
from typing import Any

from aiohttp import ClientError as AiohttpError

from engine.adapters.s3.checksums import encode_crc32
from engine.adapters.s3.client import ANSWER_TIMEOUT_SECONDS, S3Client
from engine.adapters.s3.failures import S3Failed
from engine.domain.errors import Unknown

log = logging.getLogger(__name__)

PIECE_BYTES = 256 * 1024
"""At most so much is read at once: it bounds the memory of a download."""

MAX_FAILED_READS = 4
"""So many connections in a row may break without bringing anything."""


class Download:
    """A blob from a first byte on.

    The last piece is given out only when the whole was compared with its checksum:
    a reader that got all bytes got the right ones.
    """

    def __init__(
        self,
        s3: S3Client,
        *,
        key: str,
        start: int,
    ) -> None:
        self._s3 = s3
        self._key = key
        self._at = start
        self._from_the_first_byte = start == 0
        self._crc = 0

        # What the first answer says of the object.
        self._end: int | None = None
        self._etag: str | None = None
        self._checksum: str | None = None

        self._body: Any = None
        self._held: bytes | None = None
        """The piece behind the one that was given out last."""

    async def read(self) -> bytes:
        """The next piece, none at the end."""
        piece = self._held
        if piece is None:
            piece = await self._received()

        # One piece ahead: after the last one the checksum is compared.
        self._held = await self._received() if piece else b""
        return piece

    def close(self) -> None:
        """Leave the connection, which may be in the middle of something."""
        if self._body:
            self._body.close()
        self._body = None

    async def _received(self) -> bytes:
        """The next bytes from the server; a connection that broke is replaced."""
        reason = ""

        for _ in range(MAX_FAILED_READS):
            if not self._body and self._at != self._end:
                await self._open()
            if self._at == self._end:
                return self._ended()

            try:
                async with asyncio.timeout(ANSWER_TIMEOUT_SECONDS):
                    piece: bytes = await self._body.content.read(PIECE_BYTES)
                if piece:
                    return self._counted(piece)
            except (AiohttpError, OSError) as error:
                reason = str(error) or "it does not answer"
            self.close()

        raise S3Failed(f"{self._key} breaks off at byte {self._at}: {reason}")

    async def _open(self) -> None:
        which = {}
        if self._at:
            which["Range"] = f"bytes={self._at}-"
        # The bytes that come now must belong to the same object as those before.
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
                # The start lies at the end of the object, or behind it.
                self._end = self._at
            case _:
                raise failure

    def _begin(self, answer: Any) -> None:
        """Take from the first answer what all later ones must agree with."""
        range_answered = answer.get("ContentRange", "")
        if self._at and not range_answered.startswith(f"bytes {self._at}-"):
            raise S3Failed("it sends other bytes than it was asked for")

        if self._end is not None:
            return
        self._end = self._at + answer["ContentLength"]
        self._etag = answer.get("ETag")

        # A composite checksum is one of the parts' checksums, not of the bytes.
        of_the_bytes = answer.get("ChecksumType") != "COMPOSITE"
        if self._from_the_first_byte and of_the_bytes:
            self._checksum = answer.get("ChecksumCRC32")

    def _counted(self, piece: bytes) -> bytes:
        self._at += len(piece)
        self._crc = zlib.crc32(piece, self._crc)
        return piece

    def _ended(self) -> bytes:
        if self._checksum and encode_crc32(self._crc) != self._checksum:
            log.error("blob %s is not what was stored", self._key)
            raise S3Failed(f"{self._key} does not match its checksum")
        return b""
