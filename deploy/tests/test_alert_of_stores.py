"""A store that is away fires with its name, whichever it is, and no other one does.

Frames on a full disk are in test_alerts_provoked.py.
"""

from pathlib import Path

import httpx
import pytest

from deploy.tests.test_watch import running_engine
from deploy.tests.watched import PATIENCE_SECONDS, rules_at_once
from servers.mongo import Mongo
from servers.nats import Nats
from servers.prometheus import Prometheus
from servers.s3 import S3
from servers.server import Server
from servers.waiting import block_until

SECRET = "a key for tests, of 32 characters"

PHOTO = {
    "type": "pipeline",
    "nodes": [
        {
            "id": "begin",
            "type": "entry",
            "api": {"route": "photo", "body": "image"},
            "next": ["result"],
        },
        {"id": "result", "type": "end"},
    ],
}


def errors(address: str, store: str) -> float:
    """How many calls found the store away, as the engine tells."""
    figures = httpx.get(f"http://{address}/metrics", timeout=60).text
    name = f'marketplace_store_errors_total{{operation="%s",store="{store}"}} '
    return sum(
        float(line.rpartition(" ")[2])
        for line in figures.splitlines()
        if line.startswith((name % "read", name % "write"))
    )


def stores_away(prometheus: str) -> set[str]:
    """The stores of which the alert fires."""
    answer = httpx.get(f"{prometheus}/api/v1/alerts").json()
    return {
        one["labels"]["store"]
        for one in answer["data"]["alerts"]
        if one["state"] == "firing" and one["labels"]["alertname"] == "StoreAway"
    }


@pytest.mark.parametrize("store", ["blobs", "inbox"])
def test_a_store_that_is_away_fires(store: str, tmp_path: Path) -> None:
    with (
        Mongo(tmp_path / "mongo") as mongo,
        S3(tmp_path / "s3") as s3,
        Nats(tmp_path / "nats") as broker,
        running_engine(
            tmp_path / "engine",
            pipelines=[PHOTO],
            SECRET=SECRET,
            MONGO_URL=mongo.url,
            S3_URL=s3.url,
            NATS_URL=broker.url,
        ) as (address, _),
        Prometheus.of(
            tmp_path / "watch", engine=address, rules=[rules_at_once(tmp_path)]
        ) as watch,
    ):
        servers: dict[str, Server] = {"blobs": s3, "inbox": broker}
        send_photo(address).raise_for_status()
        # While it started it may have met a store that was slow to answer.
        before = errors(address, store)
        send_photo(address).raise_for_status()
        later = errors(address, store)
        assert not stores_away(watch.url)

        servers[store].stop()
        seen: set[str] = set()

        def fires() -> bool:
            send_photo(address)
            seen.update(stores_away(watch.url))
            return bool(seen)

        block_until(fires, seconds=PATIENCE_SECONDS, look_seconds=0.5)
        after = errors(address, store)

    assert later == before
    assert after > later
    assert seen == {store}


def send_photo(address: str) -> httpx.Response:
    """Start a task with a file; without its stores an engine refuses that."""
    return httpx.post(
        f"http://{address}/services/photo",
        files={"image": ("a.png", b"pixels", "image/png")},
        timeout=60,
    )
