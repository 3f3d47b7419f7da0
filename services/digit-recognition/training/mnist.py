"""The MNIST files: fetched once, checked, read."""

import gzip
import hashlib
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import httpx
import numpy as np
from numpy.typing import NDArray

Shades = NDArray[np.uint8]

MD5 = {
    "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
}
PATIENCE = httpx.Timeout(30, connect=5)


class NotFetched(Exception):
    """No mirror gave the files; the message says what each said."""


def fetch(
    mirrors: Sequence[str], folder: Path, digests: Mapping[str, str] = MD5
) -> None:
    """Have all files in the folder; what is there already is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    with httpx.Client(timeout=PATIENCE, follow_redirects=True) as http:
        for name, digest in digests.items():
            path = folder / name
            if not path.exists():
                half = path.with_suffix(".part")
                half.write_bytes(_fetched(http, mirrors, name, digest))
                half.replace(path)


def _fetched(
    http: httpx.Client, mirrors: Sequence[str], name: str, digest: str
) -> bytes:
    said = []
    for mirror in mirrors:
        try:
            content = http.get(mirror + name).raise_for_status().content
        except httpx.HTTPError as fault:
            said.append(f"{mirror}: {str(fault) or type(fault).__name__}")
            continue
        if hashlib.md5(content, usedforsecurity=False).hexdigest() == digest:
            return content
        said.append(f"{mirror}: {name} is not the file of MNIST")
    raise NotFetched("; ".join(said) or "no mirror is named")


def read(folder: Path, part: str) -> tuple[Shades, NDArray[np.int64]]:
    """The pictures of `train` or `t10k`, and what they show."""
    pictures = parse(
        gzip.decompress((folder / f"{part}-images-idx3-ubyte.gz").read_bytes())
    )
    digits = parse(
        gzip.decompress((folder / f"{part}-labels-idx1-ubyte.gz").read_bytes())
    )
    return pictures, digits.astype(np.int64)


def parse(content: bytes) -> Shades:
    """An array of bytes in the format IDX.

    >>> parse(bytes([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 7, 8, 9])).tolist()
    [[7, 8, 9]]
    """
    zero, kind, dimensions = struct.unpack_from(">HBB", content)
    if (zero, kind) != (0, 8):
        raise ValueError("not an IDX file of bytes")
    shape = struct.unpack_from(f">{dimensions}I", content, 4)
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions)
    return cast(Shades, values.reshape(shape))
