"""A replica in a process of its own; its turns go to a file, and may never end.

python nats_replica.py URL STREAM FOLDER [hang]
"""

import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.adapters.disk.blobs import DiskBlobStore
from engine.adapters.nats.inbox import NatsInbox
from engine.domain.frame import FramePath
from engine.domain.messages import Event


async def main(*, url: str, stream: str, folder: Path, hang: bool) -> None:
    """Take part until killed."""

    async def turn(path: FramePath, events: Sequence[Event]) -> list[bool]:
        with (folder / "turns").open("a") as turns:
            turns.writelines(f"{path}\n" for _ in events)

        if hang:
            await asyncio.Event().wait()
        return [True] * len(events)

    async with DiskBlobStore(folder / "blobs") as blobs:
        async with NatsInbox(url, blobs=blobs, stream=stream) as inbox:
            await inbox.run(turn)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    url, stream, folder, *hang = sys.argv[1:]
    asyncio.run(main(url=url, stream=stream, folder=Path(folder), hang=bool(hang)))
