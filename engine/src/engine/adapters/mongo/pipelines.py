"""Pipelines in MongoDB: `versions` as they came, `pipelines` with the current ones."""

from collections.abc import Sequence
from typing import Any

import orjson
from pymongo.errors import DuplicateKeyError

from engine.adapters.mongo.database import ROWS_PER_ANSWER, MongoDatabase, MotorDatabase
from engine.adapters.mongo.schema import TRIED
from engine.adapters.shared.instants import from_micros, to_micros
from engine.adapters.shared.versions import (
    UNKNOWN_INSTANT,
    after_cursor,
    expect_version,
    version_page,
)
from engine.domain.errors import NotReplaced, RouteTaken, Unknown
from engine.domain.pipeline import Pipeline
from engine.ports import (
    ANY_VERSION,
    FROM_FOLDER,
    NO_VERSION,
    Current,
    Kept,
    KeptVersion,
    Published,
    Version,
)


class MongoPipelineStore:
    """A `PipelineStore` in a MongoDB database."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def publish(self, published: Published, expected: str | None = None) -> None:
        version = _lasting_fields(published.pipeline)
        named = {"_id": f"{published.route} {published.pipeline.version}"}
        publication = {
            "$set": {
                "published_at": to_micros(published.published_at),
                "published_by": published.published_by,
            },
            "$unset": {"tried": ""},
        }

        async with self._database.answering() as mongo:
            while not await _is_current(mongo, published, expected):
                try:
                    # The version first: what is current can always be read.
                    stored_once = {"$setOnInsert": {**version, "tried": True}}
                    await mongo.versions.update_one(named, stored_once, upsert=True)
                    if await _made_current(mongo, published, version, expected):
                        break
                except DuplicateKeyError:
                    # Another replica published between our reading and our writing:
                    # look again who has the route now.
                    continue
            else:
                # The replica that made it current may have died before it said so.
                unsaid = {**named, "tried": True}
                await mongo.versions.update_one(unsaid, publication)
                return

            # Whole, since it was not current before the last write, and may have been
            # discarded.
            whole = {**publication, "$setOnInsert": version}
            await mongo.versions.update_one(named, whole, upsert=True)

    async def find(self, route: str) -> Published | None:
        async with self._database.answering() as mongo:
            row = await mongo.pipelines.find_one({"_id": route})
        return _published(row) if row else None

    async def version(self, route: str, version: str) -> Pipeline:
        return (await self.kept(Version(route, version))).pipeline

    async def keep(self, kept: Kept) -> None:
        fields = _lasting_fields(kept.pipeline)
        if kept.was_published:
            at = to_micros(kept.published_at) if kept.published_at else UNKNOWN_INSTANT
            fields |= {"published_at": at, "published_by": kept.published_by}
        else:
            fields["tried"] = True

        named = {"_id": " ".join(kept.name)}
        async with self._database.answering() as mongo:
            await mongo.versions.update_one(
                named, {"$setOnInsert": fields}, upsert=True
            )

    async def kept(self, version: Version) -> Kept:
        name = " ".join(version)
        async with self._database.answering() as mongo:
            row = await mongo.versions.find_one({"_id": name})

        if row is None:
            raise Unknown("pipeline version", name)
        published_at = row.get("published_at")
        return Kept(
            pipeline=Pipeline.from_json(orjson.loads(row["document"])),
            was_published="tried" not in row,
            published_at=from_micros(published_at) if published_at else None,
            published_by=row.get("published_by", ""),
        )

    async def versions(
        self, route: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[KeptVersion], str | None]:
        micros, last = after_cursor(cursor)
        # Two questions, each of which the index answers in order: an `$or` would have
        # to be sorted.
        same_instant = {"published_at": micros, "version": {"$lt": last}}
        earlier = {"published_at": {"$lt": micros}}

        rows: list[tuple[str, int, str]] = []
        async with self._database.answering() as mongo:
            for span in (same_instant, earlier):
                found = mongo.versions.find(
                    {"route": route, **span},
                    {"_id": False, "version": 1, "published_at": 1, "published_by": 1},
                    sort=[("route", -1), ("published_at", -1), ("version", -1)],
                    hint="of_route",
                )
                # One row more than wanted tells whether there is another page.
                more = limit + 1 - len(rows)
                if more:
                    page = await found.limit(more).to_list(None)
                    rows += [
                        (row["version"], row["published_at"], row["published_by"])
                        for row in page
                    ]
        return version_page(rows, limit)

    async def tried(self) -> int:
        async with self._database.answering() as mongo:
            return await mongo.versions.count_documents(TRIED, hint="tried")

    async def current(self) -> Sequence[Current]:
        wanted = ("version", "owner", "published_at")
        async with self._database.answering() as mongo:
            found = mongo.pipelines.find(
                {}, wanted, sort=[("_id", 1)], batch_size=ROWS_PER_ANSWER
            )
            rows = await found.to_list(None)

        return [
            Current(
                route=row["_id"],
                version=row["version"],
                owner=row["owner"],
                published_at=from_micros(row["published_at"]),
            )
            for row in rows
        ]

    async def remove(self, route: str) -> bool:
        async with self._database.answering() as mongo:
            done = await mongo.pipelines.delete_one({"_id": route})
        return done.deleted_count > 0

    async def replaced(self, after: Version | None, limit: int) -> Sequence[Version]:
        following = {"_id": {"$gt": " ".join(after)}} if after else {}
        async with self._database.answering() as mongo:
            while True:
                found = mongo.versions.find(
                    following, {"_id": True}, sort=[("_id", 1)], limit=limit
                )
                rows = await found.to_list(None)
                names = [row["_id"] for row in rows]
                current = await _current_names(mongo, names)

                replaced = [name for name in names if name not in current]
                # A page of current versions alone is not the end.
                if replaced or len(names) < limit:
                    return [Version(*name.split(" ")) for name in replaced]
                following = {"_id": {"$gt": names[-1]}}

    async def discard(self, version: Version) -> None:
        name = " ".join(version)
        async with self._database.answering() as mongo:
            if await _current_names(mongo, [name]):
                return
            await mongo.versions.delete_one({"_id": name})

            # Another replica may have made it the current one meanwhile.
            row = await mongo.pipelines.find_one({"_id": version.route})
        if row is not None and row["version"] == version.version:
            await self.keep(_kept(_published(row)))


async def _current_names(mongo: MotorDatabase, names: Sequence[str]) -> set[str]:
    """Of these names of versions those that are current."""
    routes = [name.partition(" ")[0] for name in names]
    found = mongo.pipelines.find({"_id": {"$in": routes}}, ("version",))
    return {f"{row['_id']} {row['version']}" async for row in found} & set(names)


async def _is_current(
    mongo: MotorDatabase, published: Published, expected: str | None
) -> bool:
    """Whether it was published before.

    Raises `RouteTaken`, `NotReplaced` or `VersionMoved`.
    """
    route = published.route
    wanted = ("owner", "version", "origin")
    row = await mongo.pipelines.find_one({"_id": route}, wanted)
    if row is None:
        expect_version(route, expected, None)
        return False

    if row["owner"] != published.owner:
        raise RouteTaken(route, row["owner"])

    version = published.pipeline.version
    if row["version"] != version or expected == NO_VERSION:
        expect_version(route, expected, row["version"])

    # An engine that knew no origins may have written the document.
    origin = row.get("origin", "")
    if row["version"] != version:
        if published.origin == FROM_FOLDER and origin != FROM_FOLDER:
            raise NotReplaced(route)
        return False

    if origin != published.origin:
        this_version = {"_id": route, "version": version}
        new_origin = {"$set": {"origin": published.origin}}
        await mongo.pipelines.update_one(this_version, new_origin)
    return True


async def _made_current(
    mongo: MotorDatabase,
    published: Published,
    version: dict[str, Any],
    expected: str | None,
) -> bool:
    """Make a version the current one, if what is expected is so at that moment.

    Raises `DuplicateKeyError` if the route belongs to something else.
    """
    # The owner is part of the question. While the route has another owner nothing is
    # found, and MongoDB cannot insert a second document with this `_id`.
    mine = {"_id": published.route, "owner": published.owner}
    row = {
        "version": published.pipeline.version,
        "published_at": to_micros(published.published_at),
        "document": version["document"],
        "origin": published.origin,
    }
    if expected == NO_VERSION:
        await mongo.pipelines.insert_one(mine | row)
        return True

    # So is the origin: what people publish meanwhile is not replaced either.
    if published.origin == FROM_FOLDER:
        mine["origin"] = FROM_FOLDER
    # And the version from which a change was made.
    if expected is not None and expected != ANY_VERSION:
        mine["version"] = expected

    upsert = expected is None
    done = await mongo.pipelines.update_one(mine, {"$set": row}, upsert=upsert)
    return upsert or done.matched_count > 0


def _lasting_fields(pipeline: Pipeline) -> dict[str, Any]:
    """The fields of a version that never change."""
    return {
        "route": pipeline.route,
        "version": pipeline.version,
        "document": orjson.dumps(pipeline.to_json()).decode(),
    }


def _kept(published: Published) -> Kept:
    return Kept(
        pipeline=published.pipeline,
        was_published=True,
        published_at=published.published_at,
        published_by=published.published_by,
    )


def _published(row: dict[str, Any]) -> Published:
    pipeline = Pipeline.from_json(orjson.loads(row["document"]))
    published_at = from_micros(row["published_at"])
    return Published(pipeline, row["owner"], published_at, row.get("origin", ""))
