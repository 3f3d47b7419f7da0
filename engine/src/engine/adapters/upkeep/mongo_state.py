"""What this engine would do with the MongoDB of another version. Only reads."""

from collections.abc import Iterator
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from engine.adapters.mongo.schema import INDEXES, SCHEMA, WAKING
from engine.adapters.upkeep.findings import Finding, Level
from engine.adapters.upkeep.forms import LOOKED_AT, forms
from engine.adapters.upkeep.mongo import MongoDocuments

OLDEST_SERVER = (6, 0)
NEWEST_SERVER = 8


def look(url: str) -> Iterator[Finding]:
    """The server, the indexes that are missing, the forms of documents."""
    with MongoDocuments(url).opened() as database:
        yield from found_in(database)


def found_in(database: "Database[dict[str, Any]]") -> Iterator[Finding]:
    """The same for a database that is open."""
    yield from _server(database)
    yield from _indexes(database)
    yield from _documents(database)


def _server(database: "Database[dict[str, Any]]") -> Iterator[Finding]:
    said = database.command("hello")
    version = database.client.server_info()["version"]
    if "setName" not in said:
        yield Finding(
            Level.WRONG,
            f"MongoDB {version} is no replica set: snapshots and safe writes need one",
            "start it with --replSet, also if it is a single node",
        )
        return

    numbers = tuple(int(word) for word in version.split(".")[:2])
    fits = OLDEST_SERVER <= numbers and numbers[0] <= NEWEST_SERVER
    yield Finding(
        Level.GOOD if fits else Level.WEAK,
        f"MongoDB {version}, replica set {said['setName']}",
        "" if fits else "this engine was tried with MongoDB 6 to 8",
    )


def _indexes(database: "Database[dict[str, Any]]") -> Iterator[Finding]:
    missing = []
    for name, indexes in INDEXES.items():
        there = database[name].index_information()
        for index in indexes:
            wanted = index.document
            found = there.get(wanted["name"])
            if found is None:
                missing.append((name, wanted["name"]))
            elif not _is_same(index, found):
                yield Finding(
                    Level.WRONG,
                    f"the index “{wanted['name']}” of “{name}” is another one than "
                    "this engine needs, and it would never be ready",
                    f"drop it before the upgrade: db.{name}.dropIndex("
                    f"“{wanted['name']}”); the new engine makes it",
                )

    if not missing:
        yield Finding(Level.GOOD, "all indexes are there")
        return

    words = ", ".join(f"{name}.{index}" for name, index in missing)
    rows = max(database[name].estimated_document_count() for name, _ in missing)
    yield Finding(
        Level.TOLD,
        f"the first replica makes {len(missing)} indexes before it is ready, the "
        f"largest over {rows} documents: {words}",
        "with millions of documents this takes minutes; the old replicas go on",
    )


def _is_same(wanted: IndexModel, found: Any) -> bool:
    only = wanted.document.get("partialFilterExpression")
    return (
        list(wanted.document["key"].items()) == list(found["key"])
        and only == found.get("partialFilterExpression")
        and wanted.document.get("unique", False) == found.get("unique", False)
    )


def _documents(database: "Database[dict[str, Any]]") -> Iterator[Finding]:
    newer = database.frames.count_documents({"schema": {"$gt": SCHEMA}}, limit=1)
    if newer:
        yield Finding(
            Level.WRONG,
            f"frames have a form that is newer than that of this engine ({SCHEMA})",
            "use the version that wrote them",
        )

    found = database.frames.find(WAKING, {"document": 1}, limit=LOOKED_AT)
    yield from forms((one["_id"], one["document"]) for one in found)
