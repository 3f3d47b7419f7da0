"""Records what a version keeps: `make record-version`, or with `commit=COMMIT`.

Runs the engine of that commit, whose source is taken out of git, with the packages
that are installed here, on SQLite and on MongoDB. What it left behind is written to
`previous/` as text. tests/usecases/test_upgrades.py brings it to the engine of today.

`previous/` is of the version that was accepted last: it is recorded anew as the first
change after it, while that version is still the newest commit. `earlier/` is of one
whose schema is older, and stays.
"""

import asyncio
import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[3]
PREVIOUS = Path(__file__).with_name("previous")
EARLIER = Path(__file__).with_name("earlier")
SECRET = "of the version before this one: 32 characters and more"
FOLDERS = ("engine", "servers", "services/sdk")


def take_out(commit: str, folder: Path, folders: Sequence[str] = FOLDERS) -> None:
    """The source of a commit, as files; without `folders` all of it."""
    words = ("git", "-C", str(ROOT), "archive", commit, *folders)
    archive = subprocess.run(words, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")


def environment_of(folder: Path) -> dict[str, str]:
    """In it Python finds the sources of this folder before what is installed."""
    places = ("engine/src", "services/sdk/src", "engine/tests", ".")
    path = os.pathsep.join(str(folder / place) for place in places)
    return {**os.environ, "PYTHONPATH": path}


def short(commit: str) -> str:
    """The name of a commit as it is recorded; raises `CalledProcessError`."""
    words = ("git", "-C", str(ROOT), "rev-parse", "--short", f"{commit}^{{commit}}")
    told = subprocess.run(words, check=True, capture_output=True, text=True)
    return told.stdout.strip()


def main(commit: str) -> None:
    """Take the commit out, and have its own engine fill the stores."""
    commit = short(commit)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        take_out(commit, folder)
        programs = folder / ".servers"
        programs.symlink_to(ROOT / ".servers")

        script = Path(__file__).resolve()
        words = (sys.executable, str(script), "--here", commit, str(PREVIOUS))
        subprocess.run(words, check=True, env=environment_of(folder), cwd=folder)


async def fill(folder: Path, stores: dict[str, str]) -> None:
    """An ended task, one with an open call, a loop with an item that is under way."""
    from documents import SERIES, end, loop, service, starting_with
    from engine.domain.gate import admit
    from playground import playground

    settings = {**stores, "secret": SECRET}
    async with playground(folder, settings=settings) as play:
        await play.announce()
        await play.publish(SERIES)
        await play.engine.secrets.put("key", "a long value")
        done = await play.start({"n": 1})
        await play.report(await play.called(1), {"found": 1})
        await play.ended(done)
        await play.start({"n": 2})
        await play.called(2)

        each = loop(
            "each", [service("work", "loopEnd")], "end", items="start.out.items"
        )
        await play.publish(starting_with(each, end("end"), route="looped"))
        await play.start(admit({"items": [1, 2]}), route="looped")
        await play.report(await play.called(3), {"found": 1})
        await play.called(4)


def sqlite_text(path: Path) -> str:
    """The whole file as statements."""
    with closing(sqlite3.connect(path)) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        lines = [*database.iterdump(), f"PRAGMA user_version = {version};"]
    return "\n".join(lines) + "\n"


def mongo_text(url: str) -> str:
    """All collections, as MongoDB's own JSON."""
    from bson import json_util
    from engine.adapters.mongo.address import database_name
    from pymongo import MongoClient

    with MongoClient[dict[str, Any]](url) as client:
        database = client[database_name(url)]
        kept = {
            name: list(database[name].find())
            for name in sorted(database.list_collection_names())
        }
    return json_util.dumps(kept, indent=1) + "\n"


def record_here(commit: str, to: Path) -> None:
    """With the engine that Python finds first."""
    import external
    import msgspec
    from engine.domain.frame import Frame

    to.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        asyncio.run(fill(Path(folder), {}))
        text = sqlite_text(Path(folder) / "engine.db")
        (to / "engine.sql").write_text(text, "utf-8")

    with TemporaryDirectory() as folder:
        url = external.mongo().url
        asyncio.run(fill(Path(folder), {"mongo_url": url}))
        (to / "mongo.json").write_text(mongo_text(url), "utf-8")
    external.end()

    schema = json.dumps(msgspec.json.schema(Frame), indent=1, sort_keys=True)
    (to / "frame.schema.json").write_text(schema + "\n", "utf-8")
    (to / "COMMIT").write_text(f"{commit}\n", "utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "--here":
        record_here(sys.argv[2], Path(sys.argv[3]))
    else:
        main(sys.argv[1])
