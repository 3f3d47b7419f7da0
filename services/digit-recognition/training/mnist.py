"""The MNIST files: downloaded once, checked, read."""

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

# The files and their digests: what a mirror gives is checked against them.
MD5 = {
    "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
}

# A mirror that cannot be reached must not hold up the training: the next one is tried,
# and after the last one the bundled digits.
CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 30

# The IDX format: two zero bytes, the type of the values, the number of dimensions, the
# length of each dimension, the values.
IDX_START = ">HBB"
IDX_START_BYTES = 4
IDX_LENGTH_BYTES = 4
IDX_UNSIGNED_BYTES = 8  # the type


class NotFetched(Exception):
    """No mirror gave the files; the message says what each of them answered."""


def fetch(
    mirrors: Sequence[str], folder: Path, digests: Mapping[str, str] = MD5
) -> None:
    """Download the files that are not in the folder yet; raises `NotFetched`."""
    folder.mkdir(parents=True, exist_ok=True)
    timeout = httpx.Timeout(READ_TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS)

    with httpx.Client(timeout=timeout, follow_redirects=True) as http:
        for name, digest in digests.items():
            path = folder / name
            if path.exists():
                continue

            # Renamed when complete: what is in the folder is not checked again.
            unfinished = path.with_suffix(".part")
            unfinished.write_bytes(_download(http, mirrors, name, digest))
            unfinished.replace(path)


def _download(
    http: httpx.Client, mirrors: Sequence[str], name: str, digest: str
) -> bytes:
    answers = []
    for mirror in mirrors:
        try:
            content = http.get(mirror + name).raise_for_status().content
        except httpx.HTTPError as fault:
            answers.append(f"{mirror}: {str(fault) or type(fault).__name__}")
            continue

        if hashlib.md5(content, usedforsecurity=False).hexdigest() == digest:
            return content
        answers.append(f"{mirror}: {name} is not the file of MNIST")

    raise NotFetched("; ".join(answers) or "params.yaml names no mirror")


def read(folder: Path, split: str) -> tuple[Shades, NDArray[np.int64]]:
    """The pictures of `train` or `t10k`, and the digits that they show."""
    pictures = _unpacked(folder / f"{split}-images-idx3-ubyte.gz")
    digits = _unpacked(folder / f"{split}-labels-idx1-ubyte.gz")
    return pictures, digits.astype(np.int64)


def _unpacked(path: Path) -> Shades:
    return parse(gzip.decompress(path.read_bytes()))


def parse(content: bytes) -> Shades:
    """An array of bytes in the format IDX.

    >>> parse(bytes([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 7, 8, 9])).tolist()
    [[7, 8, 9]]
    """
    zero, kind, dimensions = struct.unpack_from(IDX_START, content)
    if zero != 0 or kind != IDX_UNSIGNED_BYTES:
        raise ValueError("not an IDX file of unsigned bytes")

    shape = struct.unpack_from(f">{dimensions}I", content, IDX_START_BYTES)
    first_value = IDX_START_BYTES + IDX_LENGTH_BYTES * dimensions
    values = np.frombuffer(content, np.uint8, offset=first_value)
    return cast(Shades, values.reshape(shape))
