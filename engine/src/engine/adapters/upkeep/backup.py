"""Backups: a folder with documents, blobs, and a manifest that says it is whole.

The order is what makes a backup consistent while engines work. An engine stores a blob
before the document that refers to it, and erases blobs with their whole task only. So
the documents are read first, as of one moment T, and the blobs after that: every blob
that they refer to was there at T, and is copied. Blobs that came after T only take
space. The other way round, documents would refer to blobs that were not there yet.

One thing is left: a task that is erased between T and the copy comes back without its
files, as every task does that is erased after a backup.

A restore goes the other way, for the same reason: an engine that finds a document finds
its blobs.
"""

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.adapters.upkeep.disk import DiskBlobs
from engine.adapters.upkeep.files import (
    PRIVATE_FOLDER,
    copy_file,
    make_folder,
    new_file,
)
from engine.adapters.upkeep.stores import Blobs, Documents, Entry, UpkeepFailed

FORM = 1
"""Of the folder: a later engine can tell by it what is where."""

MANIFEST = "manifest.json"
BLOBS = "blobs"
KEY = "secret"

NAME = "%Y-%m-%dT%H-%M-%SZ"
"""Of a backup among others: it says when it was begun, and sorts."""

COPIES_AT_ONCE = 16
"""Most blobs are small: what takes time is the way to the store and back."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a backup has."""

    documents: int
    blobs: int
    bytes: int


async def back_up(
    into: Path,
    *,
    documents: Documents,
    blobs: Blobs,
    key: Path | None,
    version: str,
    now: datetime | None = None,
) -> tuple[Path, Counts]:
    """Make a backup in a folder of its own within `into`; where, and what it has.

    Blobs that the backup before it has are not copied again: they are the same files.
    `key`: the file with the engine's key, to be copied too.
    """
    begun_at = now or datetime.now(UTC)
    before = latest(into)
    folder = into / begun_at.strftime(NAME)
    make_folder(into)
    try:
        folder.mkdir(mode=PRIVATE_FOLDER)
    except FileExistsError:
        raise UpkeepFailed(f"{folder} is there already", "try again") from None

    document_count = await asyncio.to_thread(documents.save, folder)

    old = before / BLOBS if before else None
    copied = await _each(blobs, lambda entry: _keep(entry, blobs, folder / BLOBS, old))
    counts = Counts(document_count, len(copied), sum(copied))

    if key:
        await asyncio.to_thread(copy_file, key, folder / KEY)

    # Last: without it the folder is no backup.
    manifest = {
        "form": FORM,
        "engine": version,
        "begun_at": begun_at.isoformat(),
        "documents": {"kind": documents.kind, "count": counts.documents},
        "blobs": {"count": counts.blobs, "bytes": counts.bytes},
    }
    with new_file(folder / MANIFEST) as file:
        file.write(json.dumps(manifest, indent=2).encode())
    return folder, counts


async def restore(
    folder: Path, *, documents: Documents, blobs: Blobs, key: Path
) -> Counts:
    """Bring a backup into empty stores. Blobs that are there already stay.

    `key`: where the engine keeps its key, if the backup has one.
    """
    manifest = read_manifest(folder)
    kind = manifest["documents"]["kind"]
    if kind != documents.kind:
        raise UpkeepFailed(
            f"the backup is one of {kind}, and the settings say {documents.kind}",
            "set MONGO_URL as it was for the engine that was backed up",
        )
    await asyncio.to_thread(documents.check_empty)
    if key.exists() and (folder / KEY).exists():
        raise UpkeepFailed(f"{key} is there already", "restore into another folder")

    kept = DiskBlobs(folder / BLOBS)
    there = {entry.key: entry.size async for entry in blobs.entries()}

    async def give(entry: Entry) -> int:
        if there.get(entry.key) != entry.size:
            await blobs.give(entry.key, folder / BLOBS / entry.key)
        return entry.size

    given = await _each(kept, give)
    told = manifest["blobs"]
    if (len(given), sum(given)) != (told["count"], told["bytes"]):
        raise UpkeepFailed(
            f"the backup should have {told['count']} blobs, {told['bytes']} bytes; it "
            f"has {len(given)}, {sum(given)} bytes",
            "it was not copied whole: take another copy of it",
        )

    if (folder / KEY).exists():
        await asyncio.to_thread(copy_file, folder / KEY, key)

    # Last: an engine that finds them finds all else.
    count = await asyncio.to_thread(documents.load, folder)
    return Counts(count, len(given), sum(given))


def read_manifest(folder: Path) -> Any:
    """What a backup says of itself; raises `UpkeepFailed` if it is none."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        form = manifest["form"]
    except (OSError, ValueError, KeyError, TypeError):
        last = latest(folder)
        raise UpkeepFailed(
            f"{folder} is no whole backup: it has no {MANIFEST} that can be read",
            f"the last backup in it is {last}" if last else "choose another folder",
        ) from None
    if form > FORM:
        raise UpkeepFailed(
            f"{folder} was made by a newer engine ({manifest['engine']})",
            "restore it with that version",
        )
    return manifest


def complete(into: Path) -> list[Path]:
    """All whole backups in a folder, the oldest first."""
    return sorted(found.parent for found in into.glob(f"*/{MANIFEST}"))


def latest(into: Path) -> Path | None:
    """The last whole backup, or None."""
    return next(reversed(complete(into)), None)


def thin_out(into: Path, keep: int) -> list[Path]:
    """Remove what is older than the last `keep` whole backups; what was removed."""
    first_kept = complete(into)[-keep:][0]
    gone = [
        folder
        for folder in sorted(into.iterdir())
        # Those that were never finished, too; and nothing that is no backup.
        if folder < first_kept and _is_backup_name(folder.name)
    ]

    for folder in gone:
        # Without its manifest it is no backup any more, should this be interrupted.
        (folder / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(folder)

    return gone


def _is_backup_name(name: str) -> bool:
    try:
        datetime.strptime(name, NAME)
    except ValueError:
        return False
    return True


async def _each(
    blobs: Blobs, one: Callable[[Entry], Awaitable[int | None]]
) -> list[int]:
    """Do it with every blob, several at once; the sizes of those that were there."""
    done: list[int] = []
    places = asyncio.Semaphore(COPIES_AT_ONCE)

    async def run(entry: Entry) -> None:
        try:
            size = await one(entry)
        finally:
            places.release()
        if size is not None:
            done.append(size)

    try:
        async with asyncio.TaskGroup() as group:
            async for entry in blobs.entries():
                await places.acquire()
                group.create_task(run(entry))
    except ExceptionGroup as failed:
        # They fail for one reason, such as a full disk: the first one tells it.
        raise failed.exceptions[0] from None
    return done


async def _keep(entry: Entry, blobs: Blobs, to: Path, old: Path | None) -> int | None:
    """Have the blob in the backup; its size, or None if it has been erased."""
    target = to / entry.key
    if old and _linked(old / entry.key, target, entry.size):
        return entry.size
    if not await blobs.fetch(entry.key, target):
        return None
    return target.stat().st_size


def _linked(source: Path, target: Path, size: int) -> bool:
    """Give the file of an older backup another name; False: that cannot be."""
    with suppress(OSError):
        # What has a key never changes, so the size tells a whole one from none.
        if source.stat().st_size == size:
            make_folder(target.parent)
            target.hardlink_to(source)
            return True
    return False
