"""Makes and restores backups of the stores that the settings name."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from engine.adapters.choice import KEY_FILE, S3_EXPIRY_MARGIN
from engine.adapters.sealing import AesSealer
from engine.adapters.upkeep import backup
from engine.adapters.upkeep.disk import DiskBlobs
from engine.adapters.upkeep.sqlite import FILE, SqliteDocuments
from engine.adapters.upkeep.stores import Blobs, Documents, UpkeepFailed
from engine.cli.trouble import Trouble, console
from engine.domain.errors import EngineError
from engine.program import version
from engine.settings import BadSettings, Settings

MEGABYTE = 1_000_000


def back_up(
    folder: Path, *, data: Path | None, keep: int | None, with_secret: bool
) -> None:
    """Make one, show where it is, and remove old ones; raises `Trouble`."""
    settings = read_settings(data)
    key = settings.data_dir / KEY_FILE

    async def make() -> tuple[Path, backup.Counts]:
        async with blobs_of(settings) as blobs:
            return await backup.back_up(
                folder,
                documents=documents_of(settings),
                blobs=blobs,
                key=key if with_secret and key.exists() else None,
                version=version(),
            )

    with told():
        made, counts = asyncio.run(make())
        console().confirm(f"{made} has {_said(counts)}")

        for gone in backup.thin_out(folder, keep) if keep else ():
            console().print(f"removed {gone}")

    if not with_secret or settings.secret:
        kept = "SECRET" if settings.secret else str(key)
        console().print(f"the key is not in it: keep {kept} in another place")


def restore(folder: Path, *, data: Path | None, last: bool) -> None:
    """Restore one and say what can be read of its secrets; raises `Trouble`."""
    if last:
        folder = backup.latest(folder) or folder
    settings = read_settings(data)
    documents = documents_of(settings)

    async def bring() -> backup.Counts:
        async with blobs_of(settings, make=True) as blobs:
            return await backup.restore(
                folder,
                documents=documents,
                blobs=blobs,
                key=settings.data_dir / KEY_FILE,
            )

    with told():
        counts = asyncio.run(bring())
        closed = unreadable_secrets(settings, documents)

    console().confirm(f"restored {folder}: {_said(counts)}")
    if closed:
        raise Trouble(
            f"{len(closed)} secrets cannot be read with this key: {', '.join(closed)}",
            "before the engine starts: set SECRET to what it was (or give it as "
            f"SECRET_OLD), or copy the file “{KEY_FILE}” of the engine that was backed "
            f"up to {settings.data_dir}; else store these secrets again",
        )


def read_settings(data: Path | None) -> Settings:
    """Those of the environment; raises `Trouble`."""
    given: dict[str, Any] = {} if data is None else {"data_dir": data}
    try:
        return Settings.from_environment(os.environ, **given)
    except BadSettings as error:
        raise Trouble(
            f"the settings cannot be used: {error}",
            "docs/how-to/operate.md has all settings",
        ) from None


def documents_of(settings: Settings) -> Documents:
    """Where the settings say that documents are."""
    if not settings.mongo_url:
        return SqliteDocuments(settings.data_dir / FILE)

    # Imported when it is chosen: it takes a quarter of a second.
    from engine.adapters.upkeep.mongo import MongoDocuments

    return MongoDocuments(settings.mongo_url)


@asynccontextmanager
async def blobs_of(settings: Settings, *, make: bool = False) -> AsyncIterator[Blobs]:
    """Where the settings say that blobs are; `make` the bucket if there is none."""
    if not settings.s3_url:
        yield DiskBlobs(settings.data_dir / "blobs")
        return

    from engine.adapters.upkeep.s3 import S3Blobs

    keep = settings.retention + S3_EXPIRY_MARGIN if make else None
    async with S3Blobs(settings.s3_url, make_for=keep) as blobs:
        yield blobs


def unreadable_secrets(settings: Settings, documents: Documents) -> Sequence[str]:
    """The keys of secrets that no key that is known opens."""
    sealed = dict(documents.sealed_secrets())
    if not sealed:
        return ()

    keys = known_keys(settings)
    if not keys:
        return sorted(sealed)

    sealer = AesSealer(keys[0], keys[1:])
    return sorted(name for name, box in sealed.items() if not sealer.open(name, box))


def known_keys(settings: Settings) -> list[bytes]:
    """Those that an engine would have; none is made, other than by an engine."""
    texts = filter(None, (settings.secret, *settings.secret_old))
    keys = [text.encode() for text in texts]
    kept = settings.data_dir / KEY_FILE
    if kept.exists():
        keys.append(kept.read_bytes())
    return keys


@contextmanager
def told() -> Iterator[None]:
    """Raises what goes wrong inside as `Trouble`."""
    try:
        yield
    except UpkeepFailed as error:
        raise Trouble(str(error), error.remedy) from None
    except EngineError as error:
        raise Trouble(str(error), "start it, or correct its address") from None
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise Trouble(f"{place}{error.strerror or error}") from None


def _said(counts: backup.Counts) -> str:
    return (
        f"{counts.documents} documents and {counts.blobs} files "
        f"({counts.bytes / MEGABYTE:.1f} MB)"
    )
