"""Short ways to write the documents that tests are about."""

from typing import Any

from engine.domain.checks.check import check

Part = dict[str, Any]


def pipeline(*nodes: Any) -> Part:
    return {"type": "pipeline", "nodes": list(nodes)}


def entry(*then: str, id_: str = "photo", **api: Any) -> Part:
    said = {"route": "test", "body": "image", **api}
    return {"id": id_, "type": "entry", "api": said, "next": list(then)}


def node(id_: str, *then: str, kind: str = "node", **fields: Any) -> Part:
    ways = {"next": list(then)} if then else {}
    return {"id": id_, "type": kind, **fields, **ways}


def service(id_: str, *then: str, **fields: Any) -> Part:
    return node(id_, *then, kind="service", service="work", **fields)


def branch(id_: str, then: Any = None, else_: Any = None, **fields: Any) -> Part:
    sides = {"then": then or {}, "else": else_ or {}}
    return node(id_, kind="branch", **{"if": "True", **sides, **fields})


def loop(id_: str, body: list[Any], *then: str, **fields: Any) -> Part:
    fields = {"items": "node.input.list", "nodes": body, **fields}
    return node(id_, *then, kind="loop", **fields)


def end(id_: str = "end", **fields: Any) -> Part:
    return node(id_, kind="end", **fields)


def around(*nodes: Any) -> Part:
    """A pipeline whose entry leads to the first of the nodes; the last to `end`."""
    *_, last = nodes
    last.setdefault("next", ["end"])
    return pipeline(entry(nodes[0]["id"]), *nodes, end())


def found(document: Any) -> list[tuple[str, str | None, str | None]]:
    """What is wrong with a document: code, node and field of every fault."""
    return [(fault.code, fault.node, fault.field) for fault in check(document)]
