"""Compressed answers, unpacked step by step: a small one may become very large."""

import zlib

from engine.adapters.http.answers import Head, Read, Unusable
from engine.adapters.http.exchange import broken_off

UNPACKED_AT_ONCE_BYTES = 64 * 1024
"""Between two of these the reader can stop at its limit."""

GZIP = zlib.MAX_WBITS | 16
ZLIB = zlib.MAX_WBITS
RAW_DEFLATE = -zlib.MAX_WBITS


def unpacked(answer: Head, read: Read) -> Read:
    """Reads the body as it was before it was compressed.

    The lean way asks for bodies that are not compressed. Some servers compress them
    all the same.
    """
    encoding = answer.headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return read
    if encoding in ("gzip", "x-gzip", "deflate"):
        return Unpacked(read, encoding).read
    raise Unusable(f"it is compressed with “{encoding[:50]}”, which was not asked for")


class Unpacked:
    """The body behind a `read`, unpacked."""

    def __init__(self, read: Read, encoding: str) -> None:
        self._read = read
        self._deflate = encoding == "deflate"
        self._packed = b""
        self._pending = False
        """zlib has taken all, and may still hold some of what comes out."""
        self._inflate: zlib._Decompress | None = None

    async def read(self) -> bytes:
        """Some of the unpacked body; empty: that was all."""
        while True:
            if not self._packed and not self._pending:
                self._packed = await self._read()
                if not self._packed:
                    self._check_end()
                    return b""

            piece = self._step()
            if piece:
                return piece

    def _step(self) -> bytes:
        if self._inflate is None:
            self._inflate = zlib.decompressobj(self._window())

        inflate = self._inflate
        try:
            piece = inflate.decompress(self._packed, UNPACKED_AT_ONCE_BYTES)
        except zlib.error as error:
            raise broken_off(error) from None

        self._packed = inflate.unconsumed_tail
        self._pending = len(piece) == UNPACKED_AT_ONCE_BYTES
        if inflate.eof:
            # gzip may consist of several members, one behind the other.
            self._packed = inflate.unused_data
            self._pending = False
            self._inflate = None
        return piece

    def _window(self) -> int:
        if not self._deflate:
            return GZIP
        # “deflate” means zlib's format, but some servers send it without its head.
        return ZLIB if self._packed[0] & 0x0F == zlib.DEFLATED else RAW_DEFLATE

    def _check_end(self) -> None:
        if self._inflate is not None:
            raise broken_off("the compressed data has no end")
