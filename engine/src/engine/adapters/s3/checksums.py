"""The checksums that S3 compares, in the form in which S3 writes them."""

import base64
import hashlib
from typing import Any


def encode_crc32(crc: int) -> str:
    """A CRC-32 as S3 writes it.

    >>> encode_crc32(0x352441C2)  # that of b"abc"
    'NSRBwg=='
    """
    return base64.b64encode(crc.to_bytes(4, "big")).decode()


def add_md5(params: dict[str, Any], **event: object) -> None:
    """Give a request the header Content-MD5; botocore calls this before it is sent."""
    digest = hashlib.md5(params["body"], usedforsecurity=False).digest()
    params["headers"]["Content-MD5"] = base64.b64encode(digest).decode()
