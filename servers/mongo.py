"""A MongoDB replica set: one node, or several that elect a primary."""

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from servers.ports import HOST
from servers.server import ANSWER_SECONDS, Control, Server, block_until_started
from servers.waiting import WAIT_SECONDS

DATABASE = "marketplace"
REPLICA_SET = "rs0"

ALREADY_INITIALIZED = 23
"""The error code of a replica set that was made before, and whose data was kept."""

PARAMETERS = {
    # Allows fail points, with which tests let chosen commands fail.
    "enableTestCommands": 1,
    # Measurements that no test reads, written every second.
    "diagnosticDataCollectionEnabled": "false",
    # By default a primary waits up to 15 s for another before it ends by SIGTERM.
    "shutdownTimeoutMillisForSignaledShutdown": 0,
}

# By default they are far larger: the oplog takes a share of the disk, the cache half
# of the memory, and several servers run at the same time.
OPLOG_MEGABYTES = 64
CACHE_GIGABYTES = 0.25

# Ten times as fast as by default: tests kill primaries many times, and wait each time
# until another is elected.
ELECTION = {"electionTimeoutMillis": 1000, "heartbeatIntervalMillis": 200}


class Node(Server):
    """One `mongod` of a replica set."""

    program = "mongod"

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def url(self) -> str:
        return f"mongodb://{self.address}/{DATABASE}?directConnection=true"

    def arguments(self) -> list[str]:
        listening = ["--bind_ip", HOST, "--port", str(self.port), "--nounixsocket"]
        storage = ["--dbpath", str(self.folder), "--oplogSize", str(OPLOG_MEGABYTES)]
        cache = ["--wiredTigerCacheSizeGB", str(CACHE_GIGABYTES)]
        parameters = [
            f"--setParameter={name}={value}" for name, value in PARAMETERS.items()
        ]
        return [*listening, *storage, *cache, "--replSet", REPLICA_SET, *parameters]

    def is_usable(self) -> bool:
        return bool(self.hello())

    @property
    def serves(self) -> bool:
        """Whether it is a primary, or a secondary that keeps up."""
        said = self.hello()
        return bool(said.get("isWritablePrimary") or said.get("secondary"))

    def hello(self) -> Mapping[str, Any]:
        """What it says of itself; empty if it is silent for a second."""
        try:
            # A port without a listener refuses at once. The client would try it
            # again and again until its timeout.
            socket.create_connection((HOST, self.port), ANSWER_SECONDS).close()
            return self.command("hello", seconds=ANSWER_SECONDS)
        except (OSError, PyMongoError):
            return {}

    def command(
        self,
        name: str,
        value: Any = 1,
        *,
        seconds: float = WAIT_SECONDS,
        **fields: Any,
    ) -> Mapping[str, Any]:
        """Its answer to a command for administrators, such as `configureFailPoint`."""
        milliseconds = int(seconds * 1000)
        client: MongoClient[dict[str, Any]] = MongoClient(
            self.url,
            serverSelectionTimeoutMS=milliseconds,
            connectTimeoutMS=milliseconds,
            socketTimeoutMS=milliseconds,
        )
        with client:
            answer: Mapping[str, Any] = client.admin.command(name, value, **fields)
            return answer


class Mongo(Control):
    """A replica set; what is done to it is done to every node."""

    def __init__(self, folder: Path, nodes: int = 1) -> None:
        self.nodes = [Node(folder / f"node{number}") for number in range(nodes)]

    @property
    def url(self) -> str:
        hosts = ",".join(node.address for node in self.nodes)
        return f"mongodb://{hosts}/{DATABASE}?replicaSet={REPLICA_SET}"

    @property
    def pid(self) -> int:
        """Of the first node."""
        return self.nodes[0].pid

    def start(self) -> None:
        # All of them are launched before the first is waited for: side by side.
        for node in self.nodes:
            node.launch()
        for node in self.nodes:
            node.wait()
        self.unite()

    def unite(self) -> None:
        """Make a replica set of nodes that answer; returns when all of it serves."""
        members = [
            {"_id": number, "host": node.address}
            for number, node in enumerate(self.nodes)
        ]
        configuration = {"_id": REPLICA_SET, "members": members, "settings": ELECTION}

        try:
            self.nodes[0].command("replSetInitiate", configuration)
        except OperationFailure as failure:
            if failure.code != ALREADY_INITIALIZED:
                raise

        self.primary()

        def all_serve() -> bool:
            return all(node.serves for node in self.nodes)

        block_until_started(all_serve, REPLICA_SET, self.nodes[0].log)

    def primary(self) -> Node:
        """The node that takes writes; waits until there is one."""
        elected: dict[Any, Node] = {}

        def found() -> bool:
            for node in self.nodes:
                said = node.hello()
                if "electionId" in said:
                    elected[said["electionId"]] = node
            return bool(elected)

        block_until_started(found, f"a primary of {REPLICA_SET}", self.nodes[0].log)

        # A primary that was frozen while another was elected still takes itself for
        # the primary. The later election has the larger id.
        return elected[max(elected)]

    def stop(self) -> None:
        for node in self.nodes:
            node.stop()

    def kill(self) -> None:
        for node in self.nodes:
            node.kill()

    def freeze(self) -> None:
        for node in self.nodes:
            node.freeze()

    def thaw(self) -> None:
        for node in self.nodes:
            node.thaw()
