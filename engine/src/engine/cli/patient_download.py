"""Downloads a file that takes long, and goes on when the connection breaks."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from engine.cli.client import EngineClient, Unreachable

DELAYS_SECONDS = (1, 2, 5, 10, 20, 40)
"""Between tries that bring nothing: an engine that starts again takes some seconds."""
REST = 206
PRIVATE_FILE = 0o600


def download(
    client: EngineClient, path: str, target: Path, say: Callable[[str], None]
) -> None:
    """Write what is at a path into a file, whole or not at all; raises `Trouble`."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    part.touch(PRIVATE_FILE, exist_ok=False)
    with part.open("r+b") as file:
        _fill(client, path, file, say)
    part.replace(target)


def _fill(
    client: EngineClient, path: str, file: BinaryIO, say: Callable[[str], None]
) -> None:
    tag = ""
    tries = 0
    while True:
        begun = file.tell()
        headers = {"range": f"bytes={begun}-", "if-range": tag} if tag else {}
        try:
            with client.stream(path, headers) as answer:
                if answer.status_code != REST:
                    # Something has changed: it begins anew.
                    file.seek(0)
                    file.truncate()
                    begun = 0
                tag = answer.headers.get("etag", "")
                for piece in answer.iter_bytes():
                    file.write(piece)
            return
        except Unreachable:
            tries = 0 if file.tell() > begun else tries + 1
            if not tag or tries >= len(DELAYS_SECONDS):
                raise
            say(f"the connection broke at {file.tell()} bytes: it goes on")
            time.sleep(DELAYS_SECONDS[tries])
