"""The checksum that every upload brings and every download is compared with."""

import base64


def encoded(crc: int) -> str:
    """A CRC-32 as S3 writes it.

    >>> encoded(0x352441C2)  # that of b"abc"
    'NSRBwg=='
    """
    return base64.b64encode(crc.to_bytes(4, "big")).decode()
