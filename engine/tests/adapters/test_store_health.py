"""What `marketplace doctor` finds at real stores: are they there, and allowed."""

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import external
import pytest
from engine.adapters.mongo.database import MongoDatabase
from engine.adapters.s3.client import S3Client
from engine.adapters.s3.listing import objects
from engine.adapters.s3.url import S3Url
from engine.adapters.upkeep import mongo_health, nats_health, s3_health
from engine.adapters.upkeep.findings import Finding, Level
from engine.adapters.upkeep.s3 import S3Blobs
from engine.adapters.upkeep.stores import UpkeepFailed
from engine.cli.store_health import stores
from engine.domain.errors import Unavailable
from engine.settings import Settings
from pymongo import MongoClient

from servers.ports import free_port
from servers.s3 import S3

pytestmark = pytest.mark.external


def texts(found: list[Finding]) -> str:
    return "\n".join(f"{one.level.name} {one.text}" for one in found)


async def told(look: AsyncIterator[Finding]) -> list[Finding]:
    return [finding async for finding in look]


@contextmanager
def user(role: str) -> Iterator[str]:
    """A database, and the URL with which a user who has this role reaches it."""
    database = secrets.token_hex(8)
    url = external.mongo().url.replace("/marketplace", f"/{database}")
    with MongoClient[dict[str, Any]](url) as client:
        client[database].command(
            "createUser", "one", pwd="word", roles=[{"role": role, "db": database}]
        )
        try:
            address = url.replace("mongodb://", "mongodb://one:word@")
            yield f"{address}&authSource={database}"
        finally:
            client[database].command("dropUser", "one")
            client.drop_database(database)


async def test_a_mongodb_with_nothing_wrong_is_told_so() -> None:
    url = external.cluster()["mongo_url"]
    async with MongoDatabase(url) as database, database.answering():
        pass

    found = list(mongo_health.look(url))

    assert {one.level for one in found} == {Level.GOOD}, texts(found)
    said = texts(found)
    assert "the clock of MongoDB agrees with the one here" in said
    assert "the disk of MongoDB has" in said
    assert "all indexes are there" in said


def test_a_user_who_may_do_everything_with_the_database_is_enough() -> None:
    with user("readWrite") as url:
        found = list(mongo_health.look(url))

    assert "is allowed" in texts(found)
    assert Level.WRONG not in {one.level for one in found}, texts(found)
    # Of a database without collections MongoDB says that a disk has no bytes at all.
    assert "when the database has a collection" in texts(found)


def test_a_user_who_may_only_read_is_told_what_is_missing() -> None:
    with user("read") as url:
        found = list(mongo_health.look(url))

    (wrong,) = [one for one in found if one.level is Level.WRONG]
    assert "may not createIndex, insert, remove, update in the database" in wrong.text
    assert "readWrite" in wrong.remedy


def test_a_mongodb_that_is_away_is_told_within_seconds() -> None:
    with pytest.raises(UpkeepFailed, match="MongoDB: "):
        list(mongo_health.look(f"mongodb://127.0.0.1:{free_port()}/tasks"))


async def test_a_bucket_is_tried_and_left_as_it_was() -> None:
    url = external.new_bucket()
    before = await told(s3_health.look(url))
    async with S3Blobs(url, make_for=timedelta(days=1)) as blobs:
        assert not [entry async for entry in blobs.entries()]

    found = await told(s3_health.look(url))

    assert "there is no bucket" in texts(before)
    assert {one.level for one in found} == {Level.GOOD}, texts(found)
    assert "written, read and erased" in texts(found)
    assert "the clock of S3 agrees" in texts(found)
    s3 = S3Client(S3Url.parse(url), prepare_nothing)
    assert [page async for page in objects(s3, "")] in ([], [[]])
    await s3.close()


async def prepare_nothing(s3: S3Client) -> None:
    """The bucket is there."""


class ReadOnlyS3(S3):
    """An S3 that refuses to change anything."""

    def arguments(self) -> list[str]:
        return ["--readonly", *super().arguments()]


async def test_a_bucket_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "objects/marketplace").mkdir(parents=True)
    with ReadOnlyS3(tmp_path) as server:
        found = await told(s3_health.look(server.url))

    assert found[-1].level is Level.WRONG, texts(found)
    assert "blobs cannot be written in the bucket marketplace: " in found[-1].text
    assert "allow s3:GetObject" in found[-1].remedy


async def test_a_key_that_is_not_taken_is_told_without_itself() -> None:
    bucket = external.new_bucket()
    async with S3Blobs(bucket, make_for=timedelta(days=1)) as blobs:
        assert not [entry async for entry in blobs.entries()]
    url = urlsplit(bucket)
    with_wrong_key = url._replace(netloc=f"other:wr0ng@{url.netloc.rpartition('@')[2]}")

    with pytest.raises(Unavailable) as refused:
        await told(s3_health.look(with_wrong_key.geturl()))

    assert "wr0ng" not in str(refused.value)
    assert "key" in str(refused.value).lower()


async def test_a_nats_with_nothing_wrong_is_told_so() -> None:
    found = await told(nats_health.look(external.nats().url))

    assert Level.WRONG not in {one.level for one in found}, texts(found)
    said = texts(found)
    assert "can be reached" in said
    assert "JetStream is on" in said
    assert "there are no dead letters" in said


def test_each_store_that_is_away_is_told_and_none_hides_another() -> None:
    settings = Settings(
        mongo_url=f"mongodb://127.0.0.1:{free_port()}/tasks",
        s3_url=f"http://a:b@127.0.0.1:{free_port()}/bucket",
        nats_url=f"nats://127.0.0.1:{free_port()}",
        secret="0123456789abcdef" * 2,
    )

    found = list(stores(settings))

    assert [one.level for one in found] == [Level.WRONG] * 3, texts(found)
    assert [one.remedy.rpartition(" ")[2] for one in found] == [
        "MONGO_URL",
        "S3_URL",
        "NATS_URL",
    ]
