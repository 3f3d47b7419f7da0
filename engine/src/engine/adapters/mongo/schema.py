"""The collections in MongoDB: what is kept in them, and an index for every query."""

from collections.abc import Mapping, Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import IndexModel

SCHEMA = 2
"""In every document of a frame: a later engine can tell by it how its fields are.

From 2 on there is what a list shows of a task: `version`, `error`, `ended_at`.
"""

# An index is used only if the query says what its documents have in common, so queries
# and indexes share these.
WAKING: dict[str, Any] = {"wake_at": {"$exists": True}}
ITEMS: dict[str, Any] = {"parent": {"$exists": True}}
ROOTS: dict[str, Any] = {"root": True}
SCHEDULED: dict[str, Any] = {"next_at": {"$exists": True}}
TRIALS: dict[str, Any] = ROOTS | {"trial": True}
OWNED: dict[str, Any] = ROOTS | {"owner": {"$exists": True}}
IN_SPACES: dict[str, Any] = ROOTS | {"space": {"$exists": True}}
RESTARTED: dict[str, Any] = {"restarted_at": {"$gt": 0}}
OF_PEOPLE: dict[str, Any] = {"saved_by": {"$gt": ""}}
TRIED: dict[str, Any] = {"tried": True}


def index(name: str, *keys: str, only: Mapping[str, Any] | None = None) -> IndexModel:
    """An index in ascending order; `only`: of the documents that are so."""
    partial = {"partialFilterExpression": only} if only else {}
    return IndexModel([(key, 1) for key in keys], name=name, **partial)


INDEXES: Mapping[str, Sequence[IndexModel]] = {
    # Those whose time has come; paused ones are not in it.
    "schedules": (index("due", "next_at", "_id", only=SCHEDULED),),
    # With all that a list shows, so that no document is read for it.
    "saved": (
        index("of_route", "route", "saved_at", "_id", "id", "faults"),
        # What a person saved is erased with them.
        index("of_person", "saved_by", "route", "_id", only=OF_PEOPLE),
    ),
    # A save moves its frame's entry in `due` and `of_task` alone, since only `wake_at`
    # and `saved_at` change; a task that ends moves in a few more.
    "frames": (
        # Frames whose time has come. With `_id`, so that no document is read for it.
        index("due", "wake_at", "_id", only=WAKING),
        # What was under way, in pages by path. With `task`, since MongoDB has an index
        # on `_id` alone already and allows no second, partial one.
        index("active", "_id", "task", only=WAKING),
        # The items of a loop in their order, for its join.
        index("of_loop", "parent", "node", "attempt", "item", only=ITEMS),
        # All frames of a task: to watch what changes, and to erase it.
        index("of_task", "task", "saved_at"),
        # Lists of tasks, newest first: one for each way to filter them.
        index("tasks", "created_at", "_id", only=ROOTS),
        index("tasks_of_route", "route", "created_at", "_id", only=ROOTS),
        index("tasks_of_status", "status", "created_at", "_id", only=ROOTS),
        # With `root`, so that counting by route and status reads no document.
        index(
            "tasks_of_both", "root", "route", "status", "created_at", "_id", only=ROOTS
        ),
        # Those of one person.
        index("tasks_of_owner", "owner", "created_at", "_id", only=OWNED),
        # Those of one space; where there are no accounts none is in it.
        index("tasks_of_space", "space", "status", "created_at", "_id", only=IN_SPACES),
        # What people and spaces take, with all that is added up.
        index("usage_of_owner", "owner", "status", "bytes", "root", only=OWNED),
        index("usage_in_space", "space", "status", "bytes", "root", only=IN_SPACES),
        # Those that statistics leave out.
        index("tasks_on_trial", "root", "trial", "route", "status", only=TRIALS),
        # Ended tasks whose retention is over.
        index("expired", "erase_at", only=ROOTS | {"erase_at": {"$exists": True}}),
    ),
    "versions": (
        # The versions of a route, the last published first. Whole, with all that a list
        # shows, so that no document is read for it.
        index("of_route", "route", "published_at", "version", "published_by"),
        # How many are there only to be tried.
        index("tried", "tried", only=TRIED),
    ),
    # `pipelines` is asked by `_id` alone.
    "services": (
        # Instances that were not heard of for long.
        index("heard", "heard_at"),
        # Those that were restarted; most never were, and are not in it.
        index("restarted", "restarted_at", "_id", only=RESTARTED),
    ),
    # Two people cannot have the same name.
    "people": (IndexModel([("key", 1)], name="key", unique=True),),
    # Spaces, groups and homes of routes, each kind by itself.
    "records": (index("of_kind", "kind", "_id"),),
    # Those that are old enough to be forgotten.
    "audit": (index("at", "at"),),
    "credentials": (
        # What stands for a person, the oldest first.
        index("of_person", "person", "kind", "created_at", "_id"),
        # Those that have expired.
        index("expired", "expires_at"),
    ),
    # Days that are too long ago; all else is asked by `_id`.
    "tallies": (index("of_day", "day"),),
}


async def complete_versions(versions: "AsyncIOMotorCollection[dict[str, Any]]") -> None:
    """Add to versions what engines did not write that kept no history of them.

    They all were published, but nobody knows when. Nothing to do the next time.
    """
    name = {"$split": ["$_id", " "]}
    missing = {
        "route": {"$first": name},
        "version": {"$last": name},
        "published_at": 0,
        "published_by": "",
    }
    await versions.update_many({"route": None}, [{"$set": missing}])
