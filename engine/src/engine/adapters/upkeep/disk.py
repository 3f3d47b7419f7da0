"""Blobs in a folder: that of an engine, and that of a backup, which is the same."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

from engine.adapters.shared.blob_keys import is_key, is_task
from engine.adapters.upkeep.files import copy_file
from engine.adapters.upkeep.stores import Entry


class DiskBlobs:
    """`Blobs` as `DiskBlobStore` keeps them: a folder for each task."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def entries(self) -> AsyncIterator[Entry]:
        # Task by task: a list of all would be as large as there are blobs.
        for task in await asyncio.to_thread(self._tasks):
            for entry in await asyncio.to_thread(self._of_task, task):
                yield entry

    async def fetch(self, key: str, target: Path) -> bool:
        try:
            await asyncio.to_thread(copy_file, self._folder / key, target)
        except FileNotFoundError:
            return False
        return True

    async def give(self, key: str, source: Path) -> None:
        await asyncio.to_thread(copy_file, source, self._folder / key)

    def _tasks(self) -> list[str]:
        try:
            names = os.listdir(self._folder)
        except FileNotFoundError:
            # No engine has begun there yet.
            return []
        return sorted(name for name in names if is_task(name))

    def _of_task(self, task: str) -> list[Entry]:
        found = []
        try:
            with os.scandir(self._folder / task) as files:
                for file in files:
                    key = f"{task}/{file.name}"
                    if is_key(key):
                        found.append(Entry(key, file.stat().st_size))
        except FileNotFoundError:
            # The task is being erased.
            return []
        return sorted(found, key=lambda entry: entry.key)
