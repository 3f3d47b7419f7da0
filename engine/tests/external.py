"""One real server of each kind for all tests that need it.

They share it: each test takes a database, a bucket or a stream of its own.
"""

import secrets
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tiny_llama import write_model

from servers.mongo import Mongo
from servers.nats import Nats
from servers.ollama import Ollama
from servers.s3 import S3

RUNNING = ExitStack()
"""What was started, until the tests end."""


@cache
def mongo() -> Mongo:
    """A replica set of one node."""
    return RUNNING.enter_context(Mongo(_folder()))


@cache
def s3() -> S3:
    """A server without buckets."""
    return RUNNING.enter_context(S3(_folder()))


def new_bucket() -> str:
    """The URL of a bucket that does not exist yet."""
    server, _, _ = s3().url.rpartition("/")
    return f"{server}/{secrets.token_hex(8)}"


@cache
def nats() -> Nats:
    """A server without streams."""
    return RUNNING.enter_context(Nats(_folder()))


@cache
def ollama() -> Ollama:
    """A server with the model `tiny`, which answers at once, with random words."""
    server = RUNNING.enter_context(Ollama(_folder()))
    server.create("tiny", write_model(server.folder))
    return server


def cluster() -> dict[str, str]:
    """The settings of an engine on all three servers, with no data in them."""
    name = secrets.token_hex(8)
    return {
        "mongo_url": mongo().url.replace("/marketplace", f"/{name}"),
        "s3_url": new_bucket(),
        "nats_url": f"{nats().url}?stream={name}",
        "secret": secrets.token_hex(32),
    }


def end() -> None:
    """Stop what was started, and remove its data."""
    RUNNING.close()


def _folder() -> Path:
    return Path(RUNNING.enter_context(TemporaryDirectory(prefix="servers-")))
