"""What the folder of blobs promises beyond its port."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from engine.adapters.disk.blobs import DiskBlobStore
from engine.domain.errors import Unavailable, Unknown

from .limits import no_room
from .test_blob_store import ESCAPES, PIECE_BYTES, failing, put, read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "blobs"


@pytest.fixture
async def disk(folder: Path) -> AsyncIterator[DiskBlobStore]:
    async with DiskBlobStore(folder) as store:
        yield store


def files(folder: Path) -> list[str]:
    return sorted(str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file())


@pytest.mark.parametrize("pieces", [[], [b"a"], [b"a" * PIECE_BYTES] * 3])
async def test_failing_content_leaves_no_file(
    disk: DiskBlobStore, folder: Path, pieces: list[bytes]
) -> None:
    with pytest.raises(ConnectionResetError):
        await disk.put("t", failing(pieces), "image/png", None)

    assert files(folder) == []


@pytest.mark.parametrize("steps", range(12))
async def test_a_put_given_up_at_any_moment_leaves_no_file(
    disk: DiskBlobStore, folder: Path, steps: int
) -> None:
    pieces = [b"x" * PIECE_BYTES] * 3
    upload = asyncio.ensure_future(put(disk, *pieces))
    for _ in range(steps):
        await disk.check()

    if upload.cancel():
        with pytest.raises(asyncio.CancelledError):
            await upload
    else:
        await disk.delete([(await upload).key])

    assert files(folder) == []


async def test_an_upload_is_not_visible_before_it_is_whole(
    disk: DiskBlobStore, folder: Path
) -> None:
    async def looked_at() -> AsyncIterator[bytes]:
        yield b"x" * PIECE_BYTES
        assert all(name.startswith(".uploads/") for name in files(folder))
        yield b"y"

    blob = await disk.put("t", looked_at(), "image/png", None)

    assert files(folder) == [blob.key]


async def test_uploads_of_an_engine_that_died_are_removed(folder: Path) -> None:
    async with DiskBlobStore(folder) as disk:
        blob = await put(disk, b"x")
    (folder / ".uploads" / "leftover").write_bytes(b"x")
    # It may have died while it erased a task, too.
    (folder / ".uploads" / "erased").mkdir()
    (folder / ".uploads" / "erased" / "x").write_bytes(b"x")

    async with DiskBlobStore(folder) as disk:
        assert files(folder) == [blob.key]
        assert await read(disk, blob.key) == b"x"


@pytest.mark.parametrize("key", ESCAPES)
async def test_no_key_leads_out_of_the_folder(
    disk: DiskBlobStore, folder: Path, key: str
) -> None:
    outside = folder.parent / "t" / "x"
    outside.parent.mkdir()
    outside.write_bytes(b"secret")
    inside = await put(disk, b"x", task="mine")

    for escape in (key, f"../{key}", f"mine/../../{key}", str(outside)):
        with pytest.raises(Unknown):
            await read(disk, escape)
        await disk.delete([escape])
        if escape not in ("t", "mine"):
            await disk.erase(escape)

    assert outside.read_bytes() == b"secret"
    assert files(folder) == [inside.key]


async def test_uploads_and_erasures_of_a_task_do_not_disturb_each_other(
    disk: DiskBlobStore, folder: Path
) -> None:
    async def upload() -> None:
        for _ in range(20):
            blob = await put(disk, b"x")
            await disk.put_named("t", blob.key, b"x")
            await disk.delete([blob.key])

    async def erase() -> None:
        for _ in range(60):
            await disk.erase("t")

    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(upload())
            group.create_task(erase())

    await disk.erase("t")
    assert files(folder) == []


async def test_an_erased_task_leaves_no_folder(
    disk: DiskBlobStore, folder: Path
) -> None:
    await put(disk, b"x")

    await disk.erase("t")

    assert [f.name for f in folder.iterdir()] == [".uploads"]


@pytest.mark.parametrize("size", [1, PIECE_BYTES, 5 * PIECE_BYTES])
async def test_a_full_disk_keeps_nothing_and_can_be_cleared(
    disk: DiskBlobStore, folder: Path, size: int
) -> None:
    pieces = [b"x" * min(size, PIECE_BYTES)] * max(size // PIECE_BYTES, 1)

    with no_room(beyond=size - 1):
        with pytest.raises(Unavailable, match="File too large"):
            await put(disk, *pieces)
        with pytest.raises(Unavailable):
            await disk.put_named("t", "name", b"".join(pieces))
    assert files(folder) == []

    await disk.check()
    assert await read(disk, (await put(disk, *pieces)).key) == b"".join(pieces)


async def test_a_full_disk_does_not_pass_the_check(disk: DiskBlobStore) -> None:
    with no_room(), pytest.raises(Unavailable):
        await disk.check()


async def test_a_folder_that_is_gone_is_unavailable_not_empty(
    disk: DiskBlobStore, folder: Path
) -> None:
    blob = await put(disk, b"x")
    folder.rename(folder.with_name("elsewhere"))

    with pytest.raises(Unavailable):
        await read(disk, blob.key)
    with pytest.raises(Unavailable):
        await put(disk, b"x")
    with pytest.raises(Unavailable):
        await disk.check()


async def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(Unavailable):
        async with DiskBlobStore(tmp_path / "file" / "blobs"):
            pass


PUT_200_MB = """
import asyncio, resource, sys
from pathlib import Path
from engine.adapters.disk.blobs import DiskBlobStore

def megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

async def content():
    for _ in range(3200):
        yield bytes(65_536)

async def main():
    async with DiskBlobStore(Path(sys.argv[1])) as disk:
        before = megabytes()
        blob = await disk.put("t", content(), "a/b", None)
        size = sum([len(piece) async for piece in disk.read(blob.key)])
        print(blob.size, size, megabytes() - before)

asyncio.run(main())
"""


def test_memory_does_not_grow_with_the_size(folder: Path) -> None:
    measure = [sys.executable, "-c", PUT_200_MB, str(folder)]

    printed = subprocess.run(measure, capture_output=True, text=True, check=True)

    put_bytes, read_bytes, growth = map(int, printed.stdout.split())
    assert put_bytes == read_bytes == 3200 * 65_536
    assert growth < 16


PUTS_FOR_EVER = """
import asyncio, sys
from pathlib import Path
from engine.adapters.disk.blobs import DiskBlobStore

async def content(n):
    for _ in range(n % 7 + 1):
        yield b"%d" % (n % 10) * 100_000

async def put(disk, worker):
    for n in range(10**9):
        blob = await disk.put(f"t{worker}", content(n), "a/b", None)
        print(blob.key, blob.size, n % 10, flush=True)

async def main():
    async with DiskBlobStore(Path(sys.argv[1])) as disk:
        await asyncio.gather(*(put(disk, worker) for worker in range(8)))

asyncio.run(main())
"""


async def test_what_was_acknowledged_outlives_a_killed_engine(folder: Path) -> None:
    engine = [sys.executable, "-c", PUTS_FOR_EVER, str(folder)]
    acknowledged: dict[str, bytes] = {}
    with subprocess.Popen(engine, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for count, line in enumerate(process.stdout):
            if count == 100:
                process.kill()
            if line.endswith("\n"):
                key, size, digit = line.split()
                acknowledged[key] = digit.encode() * int(size)

    async with DiskBlobStore(folder) as disk:
        for key, whole in acknowledged.items():
            assert await read(disk, key) == whole
        for name in files(folder):
            assert len(await read(disk, name)) % 100_000 == 0
    assert len(acknowledged) >= 100


async def test_what_is_put_by_name_again_is_not_written_twice(
    disk: DiskBlobStore, folder: Path
) -> None:
    key = await disk.put_named("t", "name", b"content")
    before = (folder / key).stat().st_ino

    await disk.put_named("t", "name", b"content")

    assert (folder / key).stat().st_ino == before


async def test_only_the_owner_can_read_the_files(
    disk: DiskBlobStore, folder: Path
) -> None:
    blob = await put(disk, b"a face")
    named = await disk.put_named("t", "json-1", b"{}")

    rights = [(folder / key).stat().st_mode & 0o777 for key in (blob.key, named)]

    assert rights == [0o600, 0o600]
