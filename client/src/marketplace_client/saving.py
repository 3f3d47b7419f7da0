"""Files appear whole or not at all, under names that lead nowhere else."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

import httpx

UNNAMED_FILE = "output"


@contextmanager
def appearing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, which gets its name when the block has ended well.

    So a connection that breaks leaves none that looks like a result.
    """
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        unfinished = Path(file.name)
        try:
            yield file
            file.flush()
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

    # A temporary file is for its owner alone.
    unfinished.chmod(0o666 & ~_umask())
    unfinished.replace(path)


def _umask() -> int:
    """What new files are not allowed; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def file_name(answer: httpx.Response) -> str:
    """The name that the engine gives a file, without anything that leads elsewhere.

    >>> headers = {"content-disposition": "attachment; filename*=UTF-8''..%2Fa%20b.png"}
    >>> file_name(httpx.Response(200, headers=headers))
    'a b.png'
    """
    message = Message()
    message["content-disposition"] = answer.headers.get("content-disposition", "")
    name = message.get_filename() or ""

    last_component = re.split(r"[\x00-\x1f\\/:]", name)[-1]
    printable = "".join(filter(str.isprintable, last_component))
    return printable.lstrip(".") or UNNAMED_FILE
