"""Whether an engine can work with a MongoDB: all that can be told without a change."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from pymongo.database import Database

from engine.adapters.mongo.address import OPERATION_TIMEOUT_MS
from engine.adapters.mongo.schema import INDEXES
from engine.adapters.upkeep import mongo_state
from engine.adapters.upkeep.clocks import clock
from engine.adapters.upkeep.findings import Finding, Level
from engine.adapters.upkeep.mongo import MongoDocuments
from engine.adapters.upkeep.room import room

ACTIONS = frozenset({"find", "insert", "update", "remove", "createIndex"})
"""What an engine does with its collections. The role readWrite allows all of them."""


def look(url: str) -> Iterator[Finding]:
    """The server, its clock and disk, our rights, and what an upgrade looks at."""
    documents = MongoDocuments(url, timeout_ms=OPERATION_TIMEOUT_MS)
    with documents.opened() as database:
        yield _clock(database)
        missing = sorted(_forbidden(database))
        if missing:
            yield Finding(
                Level.WRONG,
                f"the user of MONGO_URL may not {', '.join(missing)} in the database "
                f"{database.name}",
                f"give it the role readWrite: db.grantRolesToUser(USER, "
                f'[{{role: "readWrite", db: "{database.name}"}}])',
            )
            # What follows needs these rights.
            return

        yield Finding(
            Level.GOOD,
            f"what an engine does in the database {database.name} is allowed",
        )
        yield _room(database)
        yield from mongo_state.found_in(database)


def _clock(database: "Database[dict[str, Any]]") -> Finding:
    # The first command also connects, which takes its time.
    database.command("hello")

    asked_at = datetime.now(UTC)
    said = database.command("hello")
    there = said["localTime"].replace(tzinfo=UTC)
    return clock("MongoDB", there, asked_at=asked_at, answered_at=datetime.now(UTC))


def _room(database: "Database[dict[str, Any]]") -> Finding:
    said = database.command("dbStats")
    total = int(said["fsTotalSize"])
    if not total:
        text = "how much room MongoDB has it says when the database has a collection"
        return Finding(Level.TOLD, text)
    return room("the disk of MongoDB", free=total - int(said["fsUsedSize"]))


def _forbidden(database: "Database[dict[str, Any]]") -> set[str]:
    """The actions that our user may not do with every collection of the engine."""
    asked = {"connectionStatus": 1, "showPrivileges": True}
    said = database.command(asked)["authInfo"]
    if not said["authenticatedUsers"]:
        # A server without access control; one with it has refused us already.
        return set()

    allowed: dict[str, set[str]] = {name: set() for name in INDEXES}
    for privilege in said["authenticatedUserPrivileges"]:
        for name in _covered(privilege["resource"], database.name):
            allowed[name].update(privilege["actions"])
    return set().union(*(ACTIONS - actions for actions in allowed.values()))


def _covered(resource: dict[str, Any], database: str) -> Iterable[str]:
    """The collections of the engine that a privilege is about."""
    if resource.get("anyResource"):
        return INDEXES
    if resource.get("db") not in ("", database):
        return ()

    # An empty name: all of them.
    name = resource["collection"]
    return INDEXES if name == "" else INDEXES.keys() & {name}
