"""Short ways to write the documents that tests are about."""

from typing import Any

from engine.domain.checks.check import check

Fields = dict[str, Any]
"""The document itself, or a node of it."""


def pipeline(*nodes: Any) -> Fields:
    return {"type": "pipeline", "nodes": list(nodes)}


def entry(*then: str, id_: str = "photo", **api: Any) -> Fields:
    announced = {"route": "test", "body": "image", **api}
    return {"id": id_, "type": "entry", "api": announced, "next": list(then)}


def node(id_: str, *then: str, kind: str = "node", **fields: Any) -> Fields:
    made: Fields = {"id": id_, "type": kind, **fields}
    if then:
        made["next"] = list(then)
    return made


def service(id_: str, *then: str, **fields: Any) -> Fields:
    return node(id_, *then, kind="service", service="work", **fields)


def branch(id_: str, then: Any = None, else_: Any = None, **fields: Any) -> Fields:
    sides = {"then": then or {}, "else": else_ or {}}
    return node(id_, kind="branch", **{"if": "True", **sides, **fields})


def loop(id_: str, body: list[Any], *then: str, **fields: Any) -> Fields:
    fields = {"items": "node.input.list", "nodes": body, **fields}
    return node(id_, *then, kind="loop", **fields)


def end(id_: str = "end", **fields: Any) -> Fields:
    return node(id_, kind="end", **fields)


def around(*nodes: Any) -> Fields:
    """A pipeline whose entry leads to the first of the nodes; the last to `end`."""
    first = nodes[0]
    last = nodes[-1]
    last.setdefault("next", ["end"])

    return pipeline(entry(first["id"]), *nodes, end())


def found(document: Any) -> list[tuple[str, str | None, str | None]]:
    """What is wrong with a document: code, node and field of every fault."""
    return [(fault.code, fault.node, fault.field) for fault in check(document)]
