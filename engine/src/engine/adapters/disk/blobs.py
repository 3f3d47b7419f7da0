"""Blobs as files of one folder: a folder for each task, each file whole or absent."""

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Self, TypeVar, TypeVarTuple

from engine.adapters.disk.files import PIECE_BYTES, Download, Upload, sync
from engine.adapters.shared.blob_keys import (
    checked,
    copied_key,
    is_key,
    is_task,
    named_key,
    new_key,
)
from engine.domain.errors import Unavailable, Unknown
from engine.domain.values import Blob

T = TypeVar("T")
Args = TypeVarTuple("Args")

THREADS = 8
"""How many reads, writes and syncs wait for the disk at the same time."""


class DiskBlobStore:
    """A `BlobStore` in a folder, which no other engine uses while it is open.

    Uploads grow in `.uploads` and move to their key when they are on the disk.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

        # No task can have this name, and a rename within one file system is atomic.
        self._uploads = folder / ".uploads"

        # Held while the folder of a task is made, given a file, or taken away.
        self._names = Lock()

        # Starts its threads when they have something to do. They are its own: a slow
        # disk must not keep the threads busy that other parts of the engine need.
        self._threads = ThreadPoolExecutor(THREADS, "blobs")

    async def __aenter__(self) -> Self:
        try:
            await self._in_thread(self._prepare)
        except BaseException:
            self._threads.shutdown(wait=False)
            raise
        return self

    async def __aexit__(self, *reason: object) -> None:
        await asyncio.to_thread(self._threads.shutdown)

    async def put(
        self, task: str, content: AsyncIterator[bytes], type: str, name: str | None
    ) -> Blob:
        key = new_key(task)
        upload = Upload(self._uploads, self._file(key), self._names)
        size = 0

        # Pieces as they come may be tiny: gathered, so that not each one pays for a
        # trip to a thread.
        gathered: list[bytes] = []
        gathered_bytes = 0

        try:
            async for piece in content:
                gathered.append(piece)
                gathered_bytes += len(piece)
                size += len(piece)

                if gathered_bytes >= PIECE_BYTES:
                    await self._in_thread(upload.write, gathered)
                    gathered = []
                    gathered_bytes = 0

            await self._in_thread(upload.finish, gathered)
        except BaseException:
            await self._in_thread(upload.discard)

            # A caller may be cancelled while a thread finishes its upload: then the
            # blob has its key already, and no caller that could use it.
            await self.delete([key])
            raise

        return Blob(key, type, size, name)

    async def put_named(self, task: str, name: str, content: bytes) -> str:
        key = named_key(task, name)
        await self._in_thread(self._put_named, self._file(key), content)
        return key

    async def copy(self, key: str, task: str) -> str:
        target = copied_key(key, task)
        await self._in_thread(self._copy, key, self._file(target))
        return target

    async def read(self, key: str, start: int = 0) -> AsyncIterator[bytes]:
        with closing(Download(self._file(key), start)) as download:
            while True:
                piece = await self._in_thread(self._read, download, key)
                if not piece:
                    return
                yield piece

    async def delete(self, keys: Sequence[str]) -> None:
        files = [self._file(key) for key in keys if is_key(key)]
        await self._in_thread(_delete, files)

    async def erase(self, task: str) -> None:
        if is_task(task):
            await self._in_thread(self._erase, self._folder / task)

    async def touched(self, since: datetime, until: datetime) -> Sequence[str]:
        return await self._in_thread(
            self._touched, since.timestamp(), until.timestamp()
        )

    async def check(self) -> None:
        await self._in_thread(self._probe)

    def _file(self, key: str) -> Path:
        return self._folder / checked(key)

    async def _in_thread(self, job: Callable[[*Args], T], *args: *Args) -> T:
        """What the job gives; raises `Unavailable` for what the disk refuses."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, job, *args)
        except OSError as error:
            reason = error.strerror or str(error)
            raise Unavailable(str(self._folder), reason) from error

    # From here on in threads.

    def _prepare(self) -> None:
        """Make the folders; remove what an engine that died uploaded or erased."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._uploads.mkdir(mode=0o700, exist_ok=True)

        for leftover in self._uploads.iterdir():
            if leftover.is_dir():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()

    def _put_named(self, file: Path, content: bytes) -> None:
        # The same name is the same content.
        if file.exists():
            return

        upload = Upload(self._uploads, file, self._names)
        try:
            upload.finish([content])
        finally:
            upload.discard()

    def _copy(self, key: str, target: Path) -> None:
        """A second name for the same file, which stays until both are removed."""
        copy = Upload(self._uploads, target, self._names)
        try:
            copy.finish_as(self._file(key))
        except FileNotFoundError:
            raise self._unknown(key) from None
        finally:
            copy.discard()

    def _read(self, download: Download, key: str) -> bytes:
        try:
            return download.read()
        except FileNotFoundError:
            raise self._unknown(key) from None

    def _unknown(self, key: str) -> Unknown:
        # If the whole folder is absent, such as a disk that is not mounted, no blob may
        # be called unknown: this raises an error that is `Unavailable`.
        self._uploads.stat()
        return Unknown("blob", key)

    def _erase(self, folder: Path) -> None:
        # In one step out of the way of uploads that end meanwhile: they would put a
        # file into a folder that is being emptied, which then could not be removed.
        erased = self._uploads / secrets.token_hex(16)
        try:
            with self._names:
                folder.rename(erased)
        except FileNotFoundError:
            return

        sync(self._folder)
        shutil.rmtree(erased)

    def _touched(self, since: float, until: float) -> Sequence[str]:
        # A folder is modified when a name is added to it or removed from it.
        with os.scandir(self._folder) as found:
            return [
                folder.name
                for folder in found
                if is_task(folder.name) and since <= folder.stat().st_mtime < until
            ]

    def _probe(self) -> None:
        """Write a byte and remove it: a full disk can still be read."""
        upload = Upload(self._uploads, self._uploads, self._names)
        try:
            upload.write([b"?"])
        finally:
            upload.discard()


def _delete(files: Sequence[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)

    for folder in {file.parent for file in files}:
        # Its task may have been erased, and the folder with it.
        with suppress(FileNotFoundError):
            sync(folder)
