"""Blobs as files of one folder: a folder for each task, each file whole or absent."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Self, TypeVar, TypeVarTuple

from engine.adapters.disk.files import PIECE, Download, Upload, sync
from engine.adapters.shared.blob_keys import (
    checked,
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


class DiskBlobStore:
    """A `BlobStore` in a folder, which no other engine uses while it is open.

    Uploads grow in `.uploads` and move to their key when they are on the disk.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._uploads = folder, folder / ".uploads"

    async def __aenter__(self) -> Self:
        self._threads = ThreadPoolExecutor(THREADS, "blobs")
        try:
            await self._aside(self._prepare)
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
        upload = Upload(self._uploads, self._file(key))
        size, pieces, gathered = 0, list[bytes](), 0
        try:
            async for piece in content:
                pieces.append(piece)
                gathered += len(piece)
                if gathered >= PIECE:
                    await self._aside(upload.write, pieces)
                    size, pieces, gathered = size + gathered, [], 0
            await self._aside(upload.finish, pieces)
        except BaseException:
            await self._aside(upload.discard)
            await self.delete([key])  # it was finished while its caller gave up
            raise
        return Blob(key, type, size + gathered, name)

    async def put_named(self, task: str, name: str, content: bytes) -> str:
        key = named_key(task, name)
        await self._aside(self._put_named, self._file(key), content)
        return key

    async def read(self, key: str, start: int = 0) -> AsyncIterator[bytes]:
        with closing(Download(self._file(key), start)) as download:
            while piece := await self._aside(self._read, download, key):
                yield piece

    async def delete(self, keys: Sequence[str]) -> None:
        files = [self._file(key) for key in keys if is_key(key)]
        await self._aside(_delete, files)

    async def erase(self, task: str) -> None:
        if is_task(task):
            await self._aside(self._erase, self._folder / task)

    async def touched(self, since: datetime, until: datetime) -> Sequence[str]:
        return await self._aside(self._touched, since.timestamp(), until.timestamp())

    async def check(self) -> None:
        await self._aside(self._probe)

    def _file(self, key: str) -> Path:
        return self._folder / checked(key)

    async def _aside(self, job: Callable[[*Args], T], *args: *Args) -> T:
        """Do it in a thread; what the disk refuses is `Unavailable`."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, job, *args)
        except OSError as error:
            raise Unavailable(
                str(self._folder), error.strerror or str(error)
            ) from error

    # From here on in threads.

    def _prepare(self) -> None:
        """What an engine that died was uploading is not wanted any more."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._uploads.mkdir(mode=0o700, exist_ok=True)
        for leftover in self._uploads.iterdir():
            leftover.unlink()

    def _put_named(self, file: Path, content: bytes) -> None:
        if file.exists():
            return
        upload = Upload(self._uploads, file)
        try:
            upload.finish([content])
        finally:
            upload.discard()

    def _read(self, download: Download, key: str) -> bytes:
        try:
            return download.read()
        except FileNotFoundError:
            self._uploads.stat()  # when the whole folder is gone, that is the news
            raise Unknown("blob", key) from None

    def _erase(self, folder: Path) -> None:
        if folder.exists():
            shutil.rmtree(folder)
            sync(self._folder)

    def _touched(self, since: float, until: float) -> Sequence[str]:
        with os.scandir(self._folder) as found:
            return [
                folder.name
                for folder in found
                if is_task(folder.name) and since <= folder.stat().st_mtime < until
            ]

    def _probe(self) -> None:
        upload = Upload(self._uploads, self._uploads)
        try:
            upload.write([b"?"])
        finally:
            upload.discard()


def _delete(files: Sequence[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
    for folder in {file.parent for file in files}:
        if folder.exists():
            sync(folder)
