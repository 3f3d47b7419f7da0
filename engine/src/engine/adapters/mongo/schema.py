"""The collections in MongoDB: what is kept in them, and an index for every query."""

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import IndexModel

SCHEMA = 1
WAKING: dict[str, Any] = {"wake_at": {"$exists": True}}
ITEMS: dict[str, Any] = {"parent": {"$exists": True}}
ROOTS: dict[str, Any] = {"root": True}


def index(name: str, *keys: str, only: Mapping[str, Any] | None = None) -> IndexModel:
    """An index in ascending order; `only`: of the documents that are so."""
    partial = {"partialFilterExpression": only} if only else {}
    return IndexModel([(key, 1) for key in keys], name=name, **partial)


# A saved frame moves in `due` and `of_task` alone; a task that ends, in a few more.
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    "frames": (
        index("due", "wake_at", "_id", only=WAKING),
        index("active", "_id", "task", only=WAKING),  # {_id: 1} alone cannot be partial
        index("of_loop", "parent", "node", "attempt", "item", only=ITEMS),
        index("of_task", "task", "saved_at"),
        index("tasks", "created_at", "_id", only=ROOTS),
        index("tasks_of_route", "route", "created_at", "_id", only=ROOTS),
        index("tasks_of_status", "status", "created_at", "_id", only=ROOTS),
        # `root` is in it so that counting reads no document
        index(
            "tasks_of_both", "root", "route", "status", "created_at", "_id", only=ROOTS
        ),
        index("expired", "erase_at", only=ROOTS | {"erase_at": {"$exists": True}}),
    ),
    # `pipelines` and `versions` are asked by `_id` alone
    "services": (index("heard", "heard_at"),),
}
