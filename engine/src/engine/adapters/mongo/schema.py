"""The collections in MongoDB: what is kept in them, and an index for every query."""

from collections.abc import Mapping, Sequence
from typing import Any

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


def index(name: str, *keys: str, only: Mapping[str, Any] | None = None) -> IndexModel:
    """An index in ascending order; `only`: of the documents that are so."""
    partial = {"partialFilterExpression": only} if only else {}
    return IndexModel([(key, 1) for key in keys], name=name, **partial)


INDEXES: Mapping[str, Sequence[IndexModel]] = {
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
        # Ended tasks whose retention is over.
        index("expired", "erase_at", only=ROOTS | {"erase_at": {"$exists": True}}),
    ),
    # Instances that were not heard of for long. `pipelines` and `versions` are asked
    # by `_id` alone.
    "services": (index("heard", "heard_at"),),
}
