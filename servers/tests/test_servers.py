"""Real servers can be killed, frozen and started again, and keep what they have."""

import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import aioboto3
import httpx
import nats
import pytest
from pymongo import MongoClient
from tiny_llama import write_model

from servers.mongo import Mongo, Node
from servers.nats import Nats
from servers.ollama import Ollama
from servers.s3 import S3
from servers.server import Control, Server
from servers.waiting import block_until

pytestmark = pytest.mark.external
ROOT = Path(__file__).parent.parent.parent

START_NATS = """
import sys
from pathlib import Path
from servers.nats import Nats

nats = Nats(Path(sys.argv[1]))
nats.start()
print(nats.url, flush=True)
sys.stdin.read()
"""

Store = Callable[[Control, bytes | None], Awaitable[bytes]]


async def in_mongo(server: Mongo, written: bytes | None) -> bytes:
    with MongoClient(server.url) as client:
        kept = client.get_default_database()["kept"]
        if written is not None:
            kept.insert_one({"_id": 1, "value": written})
        return kept.find_one({"_id": 1})["value"]


async def in_s3(server: S3, written: bytes | None) -> bytes:
    session = aioboto3.Session(server.key, server.secret, region_name="us-east-1")
    address = server.url.partition("@")[2].partition("/")[0]
    async with session.client("s3", endpoint_url=f"http://{address}") as client:
        if written is not None:
            await client.create_bucket(Bucket="kept")
            await client.put_object(Bucket="kept", Key="1", Body=written)
        found = await client.get_object(Bucket="kept", Key="1")
        return await found["Body"].read()


async def in_nats(server: Nats, written: bytes | None) -> bytes:
    client = await nats.connect(server.url)
    stream = client.jetstream()
    if written is not None:
        await stream.add_stream(name="kept", subjects=["kept"])
        await stream.publish("kept", written)
    found = await stream.get_msg("kept", seq=1)
    await client.close()
    return found.data


KINDS = [
    pytest.param(Mongo, in_mongo, id="mongo"),
    pytest.param(S3, in_s3, id="s3"),
    pytest.param(Nats, in_nats, id="nats"),
]


@pytest.mark.parametrize(("kind", "store"), KINDS)
async def test_what_was_written_outlives_a_kill(
    kind: type[Control], store: Store, tmp_path: Path
) -> None:
    with kind(tmp_path) as server:
        url = server.url
        await store(server, b"precious")

        server.kill()
        server.start()

        assert await store(server, None) == b"precious"
        assert server.url == url


OLLAMA = pytest.param(Ollama, marks=pytest.mark.ollama)


@pytest.mark.parametrize("kind", [Node, S3, Nats, OLLAMA])
def test_a_frozen_server_is_silent_until_it_thaws(
    kind: type[Server], tmp_path: Path
) -> None:
    with kind(tmp_path) as server:
        server.freeze()
        was_silent = not server.answers()
        server.thaw()

        assert was_silent
        block_until(server.answers)


def test_a_frozen_server_can_be_stopped(tmp_path: Path) -> None:
    with Nats(tmp_path) as server:
        server.freeze()

        server.stop()

        assert not server.alive


def test_a_server_that_ended_by_itself_starts_again(tmp_path: Path) -> None:
    with Nats(tmp_path) as server:
        subprocess.run(["kill", "-KILL", str(server.pid)], check=True)
        block_until(lambda: not server.alive)

        server.start()

        assert server.answers()


def test_another_node_becomes_the_primary_when_the_first_is_killed(
    tmp_path: Path,
) -> None:
    with Mongo(tmp_path, nodes=3) as mongo:
        first = mongo.primary()

        first.kill()
        second = mongo.primary()
        mongo.start()

        assert second is not first
        block_until(lambda: first.serves)


@pytest.mark.ollama
def test_what_a_server_started_ends_with_it(tmp_path: Path) -> None:
    with Ollama(tmp_path) as ollama:
        ollama.create("tiny", write_model(tmp_path))
        options = {"model": "tiny", "prompt": "Hello", "stream": False}
        httpx.post(f"{ollama.url}/api/generate", json=options).raise_for_status()
        family = children(ollama.pid)

        ollama.kill()

        assert family
        block_until(lambda: not any(map(lives, family)))


def children(pid: int) -> list[int]:
    """The processes that its threads started."""
    told = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for line in told for child in line.read_text().split()]


def lives(pid: int) -> bool:
    """Whether it still runs; a zombie, which only waits to be reaped, does not."""
    with suppress(FileNotFoundError, ProcessLookupError):
        # The state comes after the name, which stands in brackets.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return fields[0] != "Z"
    return False


def test_a_server_ends_when_the_process_that_started_it_is_killed(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", START_NATS, str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as starter:
        seen = Nats(tmp_path)
        seen.port = int(starter.stdout.readline().rpartition(b":")[2])
        answered = seen.answers()

        starter.kill()

        assert answered
        block_until(lambda: not seen.answers())


def test_make_servers_prints_settings_for_a_shell_until_it_is_stopped() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "servers"],
        cwd=ROOT,
        env={"PATH": ""},  # no Docker: its images would have to be fetched
        stdout=subprocess.PIPE,
        text=True,
    ) as servers:
        lines = [servers.stdout.readline() for _ in range(3)]
        servers.send_signal(signal.SIGTERM)

    names = [line.partition("=")[0] for line in lines]
    assert names == ["export MONGO_URL", "export S3_URL", "export NATS_URL"]
    assert servers.returncode == 0
