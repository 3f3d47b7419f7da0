"""A MongoDB replica set: one node, or several that elect a primary."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from servers.server import Control, DidNotStart, Server, until

NAME = "rs0"
ALREADY_INITIALISED = 23
# seconds; a frozen node does not answer
TOO_LONG = 1.0
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
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"mongodb://{self.address}/marketplace?directConnection=true"

    def arguments(self) -> list[str]:
        (self.folder / "db").mkdir(exist_ok=True)
        where = ["--bind_ip", "127.0.0.1", "--port", str(self.port), "--nounixsocket"]
        kept = ["--dbpath", str(self.folder / "db"), "--wiredTigerCacheSizeGB", "0.25"]
        told = [f"--setParameter={name}={value}" for name, value in PARAMETERS.items()]
        return [*where, *kept, "--oplogSize", "64", "--replSet", NAME, *told]

    def answers(self) -> bool:
        return bool(self.hello())

    def hello(self) -> Mapping[str, Any]:
        """What it says of itself; nothing if it does not answer."""
        try:
            return self.command("hello")
        except PyMongoError:
            return {}

    def command(self, name: str, value: Any = 1, **fields: Any) -> Mapping[str, Any]:
        """What the node answers to a command of an administrator."""
        client: MongoClient[dict[str, Any]]
        milliseconds = int(TOO_LONG * 1000)
        with MongoClient(
            self.url,
            serverSelectionTimeoutMS=milliseconds,
            socketTimeoutMS=milliseconds,
        ) as client:
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
        dead = [node for node in self.nodes if not node.alive]
        for node in dead:
            node.launch()
        for node in dead:
            node.wait()
        initiate(self.nodes)
        self.primary()
        if not until(lambda: all(map(_serves, self.nodes))):
            raise DidNotStart("a replica set", self.nodes[0].log)

    def primary(self) -> Node:
        """The node that takes writes; waits until there is one."""
        found: list[tuple[Any, Node]] = []

        def chosen() -> bool:
            said = [(node.hello(), node) for node in self.nodes if node.alive]
            found[:] = [(s["electionId"], n) for s, n in said if "electionId" in s]
            return bool(found)

        if not until(chosen):
            raise DidNotStart("a primary", self.nodes[0].log)
        return max(found, key=lambda pair: pair[0])[1]  # one that thawed says so too

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


def initiate(nodes: list[Node]) -> None:
    """Make a replica set of them; nothing to do if it was made before."""
    members = [{"_id": n, "host": node.address} for n, node in enumerate(nodes)]
    settings = {"electionTimeoutMillis": 1000, "heartbeatIntervalMillis": 200}
    plan = {"_id": NAME, "members": members, "settings": settings}
    try:
        nodes[0].command("replSetInitiate", plan)
    except OperationFailure as failure:
        if failure.code != ALREADY_INITIALISED:
            raise


def _serves(node: Node) -> bool:
    said = node.hello()
    return bool(said.get("isWritablePrimary") or said.get("secondary"))
