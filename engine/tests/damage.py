"""Puts documents into stores that no engine of this version writes."""

from typing import Any

from engine.adapters.sqlite.frames import SqliteFrameStore
from engine.ports import FrameStore


async def replace_document(frames: FrameStore, path: str, document: str) -> None:
    """What the store keeps of a frame is this text, with all else as it was."""
    # Of an engine its calls are timed: behind that is the adapter.
    store = vars(frames).get("adapter", frames)
    # Through the store's own connection: the file is claimed by it.
    database: Any = vars(store)["_database"]

    if isinstance(store, SqliteFrameStore):
        values = (document.encode(), path)
        await database.write(
            lambda connection: connection.execute(
                "UPDATE frames SET document = ? WHERE path = ?", values
            )
        )
    else:
        async with database.answering() as mongo:
            change = {"$set": {"document": document}}
            await mongo.frames.update_one({"_id": path}, change)
