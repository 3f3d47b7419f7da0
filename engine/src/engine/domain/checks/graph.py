"""Whether the nodes of a document lead from its entry to its end."""

import keyword
from collections.abc import Iterator

import networkx as nx

from engine.domain.checks.cycles import cycle_faults
from engine.domain.checks.document import Document
from engine.domain.checks.level import Level, Seen
from engine.domain.errors import Fault
from engine.domain.pipeline import LOOP_END, RESERVED, EndNode, EntryNode
from engine.domain.suggestions import listed

Finding = tuple[str, str, str]
"""A code, a message and a hint."""


def graph_faults(document: Document) -> Iterator[Fault]:
    """What is wrong with ids and with the ways between the nodes."""
    yield from _ids(document)
    if document.levels:
        yield from _entry_and_end(document.levels[0])

    for level in document.levels:
        for node in level.nodes:
            yield from _inner_entry_or_end(node)
            yield from _edges(document, node)
        if level.whole and level.starts:
            yield from _unreachable(level)
            yield from cycle_faults(level)


def _ids(document: Document) -> Iterator[Fault]:
    for node in document.nodes:
        if node.id in RESERVED or keyword.iskeyword(node.id):
            message = f"the id “{node.id}” is reserved"
            hint = "choose another id: code could not name this node"
            yield node.fault("id", "reserved-id", message, hint)
            continue

        first = document.homes.get(node.id, node)
        if first is not node:
            message = f"{node.place} has the same id “{node.id}” as {first.place}"
            hint = "choose an id that no other node has, inside of loops neither"
            yield node.fault("id", "duplicate-id", message, hint)


def _entry_and_end(level: Level) -> Iterator[Fault]:
    """The outermost level has one entry and one end."""
    types_are_known = all(node.kind is not None for node in level.nodes)
    certain = level.whole and types_are_known

    for word, kind in (("entry", EntryNode), ("end", EndNode)):
        found = [node for node in level.nodes if node.kind is kind]

        if not found and certain and level.nodes:
            message = f"there is no {word} node"
            hint = f"add one of type “{word}”"
            yield Fault(f"no-{word}", message, hint, field="nodes")

        for node in found[1:]:
            message = f"“{node.id}” is a second {word}, after “{found[0].id}”"
            yield node.fault("type", f"several-{word}", message, "keep one of them")


def _inner_entry_or_end(node: Seen) -> Iterator[Fault]:
    if node.level.loop and node.kind in (EntryNode, EndNode):
        kind = node.raw["type"]
        message = f"the {kind} “{node.id}” is in the body of a loop"
        hint = "a body begins with its first node and ends with “loopEnd”"
        yield node.fault("type", f"inner-{kind}", message, hint)


def _edges(document: Document, node: Seen) -> Iterator[Fault]:
    for field, ids in node.nexts.items():
        for target in ids:
            finding = _edge(document, node, target)
            if finding:
                yield node.fault(field, *finding)

    if node.kind is EntryNode and not any(node.ways_on) and node.readable:
        message = f"the entry “{node.id}” leads to no node"
        yield node.fault("next", "entry-without-next", message, "name the first node")
    if node.kind is EndNode:
        for field in (field for field, ids in node.nexts.items() if ids):
            message = f"the end “{node.id}” has a “{field}”, but it ends the task"
            yield node.fault(field, "end-with-next", message, f"remove “{field}”")


def _edge(document: Document, node: Seen, target: str) -> Finding | None:
    """What is wrong with one id in a `next`."""
    level = node.level

    if target == LOOP_END:
        if level.loop or target in level.ids:
            return None  # a node of that id is reported: the id is reserved
        message = f"“{node.id}” leads to “{LOOP_END}”, but is in no loop"
        hint = "only the nodes of a loop's body can end it"
        return "outside-loop", message, hint

    if target in level.ids:
        if level.ids[target].kind is not EntryNode or level.loop:
            return None
        message = f"“{node.id}” leads back into the entry “{target}”"
        return "edge-into-entry", message, "lead to the node after the entry"

    home = document.homes.get(target)
    if home:
        message = f"“{node.id}” leads to “{target}”, which is {_place(home)}"
        hint = "lead to a node of the same list; a loop's body ends with “loopEnd”"
        return "crosses-levels", message, hint

    if not document.whole:
        return None  # it may be a node whose id cannot be read

    message = f"“{node.id}” leads to “{target}”, but there is no such node"
    hint = document.suggestions.hint(target, level.ids)
    ids = listed(node.id for node in level.nodes)
    return "unknown-next", message, hint or f"the nodes here are {ids}"


def _place(node: Seen) -> str:
    loop = node.level.loop
    return f"in the body of the loop “{loop.id}”" if loop else "outside of this loop"


def _ends_by_mistake(level: Level, node: Seen) -> bool:
    """Whether a path stops at a node that is no end and says not where it leads."""
    is_reached = node.id in level.reached
    return is_reached and node.kind is not EndNode and not any(node.ways_on)


def _unreachable(level: Level) -> Iterator[Fault]:
    """Only the first node of what is cut off: what follows it is the same mistake."""
    lost = level.graph.subgraph(level.ids.keys() - level.reached - {LOOP_END})
    rings = nx.condensation(lost)
    endings = [node.id for node in level.nodes if _ends_by_mistake(level, node)]

    for ring, degree in rings.in_degree():
        if degree:
            continue
        members = rings.nodes[ring]["members"]
        node = next(node for node in level.nodes if node.id in members)

        start = " or ".join(f"“{node_id}”" for node_id in level.starts)
        message = f"no path leads from {start} to “{node.id}”"
        hint = f"name “{node.id}” in the “next” of a node, or remove it"
        if endings:
            hint = f"“{endings[0]}” leads to no node: name “{node.id}” in its “next”"
        code = "end-unreachable" if node.kind is EndNode else "unreachable"
        yield node.fault("id", code, message, hint)
