"""Stores one small object in one request."""

import re
import zlib

from engine.adapters.s3.checksums import encode_crc32
from engine.adapters.s3.client import S3Client
from engine.domain.media_types import OCTET_STREAM

HEADER_VALUE = re.compile(r"[!-~][ -~]{0,254}")
"""Visible ASCII: other characters cannot stand in a header, or would split it."""


async def put_object(
    s3: S3Client,
    *,
    key: str,
    type: str,
    content: bytes,
) -> None:
    """Store small content; it may be repeated."""
    await s3.call(
        "put_object",
        Key=key,
        ContentType=content_type(type),
        ChecksumCRC32=encode_crc32(zlib.crc32(content)),
        body=content,
    )


def content_type(type: str) -> str:
    """What can stand in a header; the blob's reference keeps the type as it is."""
    return type if HEADER_VALUE.fullmatch(type) else OCTET_STREAM
