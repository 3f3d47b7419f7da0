"""A MongoDB replica set: one node, or several that elect a primary."""

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from servers.server import HOST, PATIENCE, Control, DidNotStart, Server, until

NAME = "rs0"
ALREADY_INITIALIZED = 23
PARAMETERS = {
    "enableTestCommands": 1,  # fail points
    "diagnosticDataCollectionEnabled": "false",
    "shutdownTimeoutMillisForSignaledShutdown": 0,
}


class Node(Server):
    """One `mongod` of a replica set."""

    program = "mongod"

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def url(self) -> str:
        return f"mongodb://{self.address}/marketplace?directConnection=true"

    def arguments(self) -> list[str]:
        where = ["--bind_ip", HOST, "--port", str(self.port), "--nounixsocket"]
        kept = ["--dbpath", str(self.folder), "--oplogSize", "64"]
        told = [f"--setParameter={name}={value}" for name, value in PARAMETERS.items()]
        small = ["--wiredTigerCacheSizeGB", "0.25"]
        return [*where, *kept, *small, "--replSet", NAME, *told]

    def ask(self) -> bool:
        return bool(self.hello())

    @property
    def serves(self) -> bool:
        """Whether it is a primary, or a secondary that keeps up."""
        said = self.hello()
        return bool(said.get("isWritablePrimary") or said.get("secondary"))

    def hello(self) -> Mapping[str, Any]:
        """What it says of itself; nothing if it is silent for a second."""
        try:
            socket.create_connection((HOST, self.port), 1).close()  # refused at once
            return self.command("hello", patience=1)
        except (OSError, PyMongoError):
            return {}

    def command(
        self, name: str, value: Any = 1, *, patience: float = PATIENCE, **fields: Any
    ) -> Mapping[str, Any]:
        """What it answers an administrator: to `configureFailPoint`, for example."""
        milliseconds = int(patience * 1000)
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
        return f"mongodb://{hosts}/marketplace?replicaSet={NAME}"

    @property
    def pid(self) -> int:
        """Of the first node."""
        return self.nodes[0].pid

    def start(self) -> None:
        for node in self.nodes:
            node.launch()
        for node in self.nodes:
            node.wait()
        self.unite()

    def unite(self) -> None:
        """Make a replica set of nodes that answer; returns when all of it serves."""
        hosts = enumerate(node.address for node in self.nodes)
        members = [{"_id": number, "host": host} for number, host in hosts]
        settings = {"electionTimeoutMillis": 1000, "heartbeatIntervalMillis": 200}
        plan = {"_id": NAME, "members": members, "settings": settings}
        try:
            self.nodes[0].command("replSetInitiate", plan)
        except OperationFailure as failure:
            if failure.code != ALREADY_INITIALIZED:
                raise
        self.primary()
        if not until(lambda: all(node.serves for node in self.nodes)):
            raise DidNotStart(NAME, self.nodes[0].log)

    def primary(self) -> Node:
        """The node that takes writes; waits until there is one."""
        elected: dict[Any, Node] = {}

        def found() -> bool:
            said = [(node.hello(), node) for node in self.nodes]
            elected.update({s["electionId"]: n for s, n in said if "electionId" in s})
            return bool(elected)

        if not until(found):
            raise DidNotStart(f"a primary of {NAME}", self.nodes[0].log)
        return elected[max(elected)]  # a deposed one that was frozen says so, too

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
