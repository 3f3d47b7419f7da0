"""Short ways to write pipelines, for all tests."""

from typing import Any

from engine.domain.checks.check import check

Document = dict[str, Any]
"""A pipeline, or a node of one, as JSON."""


def pipeline(*nodes: Any) -> Document:
    return {"type": "pipeline", "nodes": list(nodes)}


def entry(*then: str, id_: str = "photo", **api: Any) -> Document:
    announced = {"route": "test", "body": "image", **api}
    return {"id": id_, "type": "entry", "api": announced, "next": list(then)}


def node(id_: str, *then: str, kind: str = "node", **fields: Any) -> Document:
    made: Document = {"id": id_, "type": kind, **fields}
    if then:
        made["next"] = list(then)
    return made


def service(id_: str, *then: str, **fields: Any) -> Document:
    """A node that calls the service `work`, or the one that `fields` name."""
    return node(id_, *then, kind="service", **{"service": "work", **fields})


def branch(
    id_: str, then: Any = None, else_: Any = None, *, if_: str = "True", **fields: Any
) -> Document:
    sides = {"then": then or {}, "else": else_ or {}}
    return node(id_, kind="branch", **{"if": if_, **sides, **fields})


def loop(id_: str, body: list[Any], *then: str, **fields: Any) -> Document:
    fields = {"items": "node.input.list", "nodes": body, **fields}
    return node(id_, *then, kind="loop", **fields)


def end(id_: str = "end", **fields: Any) -> Document:
    return node(id_, kind="end", **fields)


def around(*nodes: Any) -> Document:
    """A pipeline whose entry `photo` takes an image; the last node leads to `end`."""
    first = nodes[0]
    last = nodes[-1]
    last.setdefault("next", ["end"])

    return pipeline(entry(first["id"]), *nodes, end())


def starting_with(*nodes: Any, route: str = "tried", body: Any = None) -> Document:
    """A pipeline whose entry `start` takes JSON and leads to the first of the nodes."""
    start = entry(nodes[0]["id"], id_="start", route=route, body=body or {})
    return pipeline(start, *nodes)


def found(document: Any) -> list[tuple[str, str | None, str | None]]:
    """What is wrong with a document: code, node and field of every fault."""
    return [(fault.code, fault.node, fault.field) for fault in check(document)]


SERIES = starting_with(service("first", "done"), end("done"))
"""A call, and the end."""

LOOP = starting_with(
    loop(
        "each",
        [service("work", "loopEnd")],
        "done",
        items="start.out.items",
        collect={"k": "work.out"},
    ),
    end("done"),
)
"""A call for each of the items that its task was given."""
