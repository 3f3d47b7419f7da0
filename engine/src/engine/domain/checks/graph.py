"""Whether the nodes of a document lead from its entry to its end."""

import keyword
from collections.abc import Iterable, Iterator

import networkx as nx

from engine.domain.checks.cycles import cycle_faults
from engine.domain.checks.document import EDGES, Document, Level, Seen
from engine.domain.errors import Fault
from engine.domain.pipeline import (
    LOOP_END,
    RESERVED,
    EndNode,
    EntryNode,
)


def graph_faults(document: Document) -> Iterator[Fault]:
    """What is wrong with ids and with the ways between the nodes."""
    yield from _names(document)
    yield from _entry_and_end(document.levels[:1])
    edges = sum(len(ids) for node in document.nodes for ids in node.nexts.values())
    if edges > EDGES:
        message = f"the nodes name more than {EDGES} next ones"
        yield Fault("too-many-edges", message, "join paths before they fork again")
        return
    for level in document.levels:
        for node in level.nodes:
            yield from _inner_entry_or_end(node)
            yield from _edges(document, node)
        if level.whole and level.starts:
            yield from _unreachable(level)
            yield from cycle_faults(level)


def _names(document: Document) -> Iterator[Fault]:
    for node in document.nodes:
        if node.id in RESERVED or keyword.iskeyword(node.id):
            message = f"the id “{node.id}” is reserved"
            hint = "choose another: code could not name this node"
            yield node.fault("id", "reserved-id", message, hint)
        elif node.id and (first := document.homes[node.id]) is not node:
            message = f"{node.place} has the id “{node.id}” of {first.place}"
            hint = "ids are unique in the whole document, loop bodies included"
            yield node.fault("id", "duplicate-id", message, hint)


def _entry_and_end(root: Iterable[Level]) -> Iterator[Fault]:
    for level in root:
        unsure = not level.whole or any(node.kind is None for node in level.nodes)
        for word, kind in (("entry", EntryNode), ("end", EndNode)):
            found = [node for node in level.nodes if node.kind is kind]
            if not found and not unsure and level.nodes:
                message, hint = f"there is no {word} node", f"add one of type “{word}”"
                yield Fault(f"no-{word}", message, hint, None, "nodes")
            for node in found[1:]:
                message = f"“{node.id}” is a second {word}, after “{found[0].id}”"
                yield node.fault("type", f"several-{word}", message, "keep one of them")


def _inner_entry_or_end(node: Seen) -> Iterator[Fault]:
    if node.level.loop and node.kind in (EntryNode, EndNode):
        kind = node.raw["type"]
        message = f"the {kind} “{node.id}” stands in a loop's body"
        hint = "a body begins with its first node and ends with “loopEnd”"
        yield node.fault("type", f"inner-{kind}", message, hint)


def _edges(document: Document, node: Seen) -> Iterator[Fault]:
    for field, ids in node.nexts.items():
        for target in ids:
            if finding := _edge(document, node, target):
                yield node.fault(field, *finding)
    ways = any(node.sides)
    if node.kind is EntryNode and not ways and node.readable:
        message = f"the entry “{node.id}” leads nowhere"
        yield node.fault("next", "entry-without-next", message, "name what comes first")
    if node.kind is EndNode and ways:
        message = f"the end “{node.id}” has a next, but it ends the task"
        yield node.fault("next", "end-with-next", message, "remove “next”")


def _edge(
    document: Document, node: Seen, target: str
) -> tuple[str, str] | tuple[str, str, str] | None:
    level, home = node.level, document.homes.get(target)
    if target == LOOP_END:
        message = f"“{node.id}” leads to “{LOOP_END}”, but is in no loop"
        hint = "only the nodes of a loop's body can end it"
        told = level.loop or target in level.ids  # which is a reserved id
        return None if told else ("outside-loop", message, hint)
    if target in level.ids:
        entry = level.ids[target].kind is EntryNode and not level.loop
        message = f"“{node.id}” leads back into the entry “{target}”"
        hint = "lead to the node after the entry"
        return ("edge-into-entry", message, hint) if entry else None
    if home:
        message = f"“{node.id}” leads to “{target}”, which is {_place(home)}"
        hint = "lead to a node of the same list; a loop's body ends with “loopEnd”"
        return "crosses-levels", message, hint
    if not document.whole:
        return None  # it may be a node whose id cannot be read
    hint = document.suggestion(target, level.ids)
    return "unknown-next", f"“{node.id}” leads to “{target}”, which is no node", hint


def _place(node: Seen) -> str:
    loop = node.level.loop
    return f"in the body of the loop “{loop.id}”" if loop else "outside of this loop"


def _unreachable(level: Level) -> Iterator[Fault]:
    """Only where a part begins that is cut off: what follows is the same mistake."""
    lost = level.graph.subgraph(level.ids.keys() - level.reached - {LOOP_END})
    rings = nx.condensation(lost)
    for ring in (r for r, degree in rings.in_degree() if not degree):
        members = rings.nodes[ring]["members"]
        node = next(n for n in level.nodes if n.id in members)
        start = " or ".join(f"“{id_}”" for id_ in level.starts)
        message = f"no way leads from {start} to “{node.id}”"
        hint = f"name “{node.id}” in the “next” of a node, or remove it"
        code = "end-unreachable" if node.kind is EndNode else "unreachable"
        yield node.fault("id", code, message, hint)
