"""A document as far as it can be read: the ground on which the checks walk."""

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

import networkx as nx

from engine.domain.checks.dominators import dominators
from engine.domain.errors import Fault
from engine.domain.pipeline import (
    KINDS,
    LOOP_END,
    BranchNode,
    EndNode,
    EntryNode,
    LoopNode,
    Side,
    field_names,
    suggestion,
)
from engine.domain.values import Json

NODES, LOOPS, EDGES, HINTS = 1000, 8, 10_000, 100
ANY = ""
"""In a graph, what an edge that cannot be read leads to: any node."""
FIELDS = {name for kind in KINDS.values() for name in field_names(kind)}
CODE = ("ready", "before", "after", "if", "then.exec", "else.exec")


def spelled(part: Mapping[str, Json], names: Collection[str]) -> dict[str, Json]:
    """The fields under their right names, where one is merely misspelt.

    >>> spelled({"nxet": ["a"]}, ["id", "next"])
    {'next': ['a']}
    """
    strange = [key for key in part if key not in names][:20]
    near = {key: difflib.get_close_matches(key, names, 1) or [key] for key in strange}
    return {near[key][0]: part[key] for key in strange} | {
        key: value for key, value in part.items() if key not in near
    }


def _ids(value: Json) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    items = value if isinstance(value, list) else ()
    return tuple(dict.fromkeys(item for item in items if isinstance(item, str)))


def _clear(value: Json) -> bool:
    """Whether a `next` says, in whatever form, just where it leads."""
    texts = value if isinstance(value, list) else []
    return value is None or value == list(_ids(texts)) or isinstance(value, str)


class Seen:
    """A node as far as it can be read."""

    def __init__(self, raw: Mapping[str, Json], place: str, level: "Level") -> None:
        self.raw, self.place, self.level = raw, place, level
        id_, kind = raw.get("id"), raw.get("type")
        self.id = id_ if isinstance(id_, str) else ""
        self.kind = KINDS.get(kind) if isinstance(kind, str) else None
        self.body: Level | None = None

    def fault(self, field: str, code: str, message: str, hint: str = "") -> Fault:
        if self.id:
            return Fault(code, message, hint, self.id, field or None)
        return Fault(code, message, hint, None, f"{self.place}.{field}".rstrip("."))

    def get(self, field: str) -> Json:
        """The value of `a` or `a.b`; None if it, or such a node, has none."""
        own = self.kind is None or field.split(".")[0] in field_names(self.kind)
        value: Json = self.raw if own else None
        for name in field.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return value

    @cached_property
    def code(self) -> dict[str, str]:
        """Its pieces of code, by field."""
        found = {field: self.get(field) for field in CODE}
        found |= {s: self.get(s) for s in SIDES}  # a string is taken as `exec`
        return {f: text for f, text in found.items() if isinstance(text, str)}

    @property
    def _branches(self) -> bool:
        strange = self.kind is None and not SIDES.isdisjoint(self.raw)
        return self.kind is BranchNode or strange

    @cached_property
    def _nexts(self) -> dict[str, Json]:
        names = field_names(self.kind) if self.kind else FIELDS
        fields = spelled(self.raw, names)
        found = {"next": fields.get("next")}
        for side in SIDES if self._branches else ():
            match fields.get(side):
                case dict(part) if "next" in (part := spelled(part, SIDE)):
                    found[f"{side}.next"] = part["next"]
                case list():  # where it leads, though in the wrong place
                    found[f"{side}.next"] = fields[side]
        return {f: v for f, v in found.items() if f == "next" or v is not None}

    @cached_property
    def nexts(self) -> dict[str, tuple[str, ...]]:
        """The ids it names as its next, by field."""
        return {field: _ids(value) for field, value in self._nexts.items()}

    @cached_property
    def sides(self) -> tuple[frozenset[str], ...]:
        """The sets of nodes it can lead to; a branch has two, and chooses."""
        own = self.nexts["next"]
        sides = [self.nexts.get(f"{side}.next", own) for side in sorted(SIDES)]
        return tuple(map(frozenset, sides if self._branches else [own]))

    @property
    def readable(self) -> bool:
        """Whether it can be known where it leads."""
        return self.kind is not None and all(map(_clear, self._nexts.values()))

    @property
    def clear(self) -> bool:
        """Whether it leads where its author meant it to, as far as one can see."""
        return self.readable and (self.kind is not EntryNode or any(self.sides))


SIDE = field_names(Side)
SIDES = frozenset({"then", "else"})


class Level:
    """The nodes of the pipeline, or of a loop's body, as far as they can be read."""

    def __init__(self, entries: Sequence[Json], place: str, loop: Seen | None) -> None:
        self.loop = loop
        self.raw = {f"{place}nodes[{at}]": raw for at, raw in enumerate(entries)}
        self.nodes = [
            Seen(raw, at, self) for at, raw in self.raw.items() if type(raw) is dict
        ]
        self.ids = {node.id: node for node in reversed(self.nodes) if node.id}
        self.whole = all(n.id for n in self.nodes) and len(self.nodes) == len(entries)
        """Whether every node can be told from the others."""

    @property
    def around(self) -> Iterator[Seen]:
        """The loops around these nodes, the innermost first."""
        if self.loop:
            yield self.loop
            yield from self.loop.level.around

    @cached_property
    def entries(self) -> frozenset[str]:
        """What no node may lead to."""
        return frozenset() if self.loop else frozenset(self.starts)

    @cached_property
    def starts(self) -> tuple[str, ...]:
        """The entry, or the first node of a body."""
        if self.loop:
            return tuple(node.id for node in self.nodes[:1])
        return tuple(node.id for node in self.nodes if node.kind is EntryNode)

    @cached_property
    def sides(self) -> Mapping[str, Sequence[frozenset[str]]]:
        """By node, what it can lead to; namesakes are taken together."""
        found: dict[str, list[frozenset[str]]] = {id_: [] for id_ in self.ids}
        for node in self.nodes:
            stops = not node.clear or node.kind is EndNode
            found[node.id] += (frozenset(),) if stops else node.sides
        return found

    @cached_property
    def graph(self) -> "nx.DiGraph[str]":
        """Where every node leads, or may lead."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.ids)
        for node in self.nodes:
            targets = frozenset().union(*node.sides)
            targets -= {LOOP_END} if self.loop else frozenset()
            known = targets & self.ids.keys() - self.entries
            graph.add_edges_from((node.id, target) for target in known)
            if not node.clear or known != targets:
                graph.add_edge(node.id, ANY)
        if ANY in graph:
            graph.add_edges_from((ANY, id_) for id_ in self.ids)
        return graph

    @cached_property
    def reached(self) -> frozenset[str]:
        """The nodes that a frame can come to."""
        return frozenset(self.starts).union(
            *(nx.descendants(self.graph, start) for start in self.starts)
        )

    @cached_property
    def dominators(self) -> Mapping[str, str | None]:
        """By node, the last one that every way from the start to it leads through."""
        start = self.starts[0]
        return {start: None, **dominators(self.graph, start)}

    @cached_property
    def before(self) -> Mapping[str, frozenset[str]]:
        """By node, all that can have run before it."""
        rings = nx.condensation(self.graph)
        before: dict[int, frozenset[str]] = {}
        for ring in nx.topological_sort(rings):
            members = frozenset(rings.nodes[ring]["members"])
            turns = len(members) > 1 or any(self.graph.has_edge(m, m) for m in members)
            before[ring] = (members if turns else frozenset()).union(
                *(before[r] | rings.nodes[r]["members"] for r in rings.pred[ring])
            )
        return {id_: before[rings.graph["mapping"][id_]] for id_ in self.ids}


class Document:
    """All levels of a document, the outermost first."""

    def __init__(self, raw: Mapping[str, Json]) -> None:
        self.raw = raw
        self.levels: list[Level] = []
        self.size = self._hints = 0
        self._open(raw.get("nodes"), "", None)

    def _open(self, entries: Json, place: str, loop: Seen | None) -> None:
        if not isinstance(entries, list):
            return
        self.size += len(entries)
        if self.size > NODES:
            return
        level = Level(entries, place, loop)
        self.levels.append(level)
        if loop:
            loop.body = level
        for node in level.nodes:
            if node.kind in (None, LoopNode):
                self._open(node.raw.get("nodes"), f"{node.place}.", node)

    @property
    def nodes(self) -> Iterator[Seen]:
        return (node for level in self.levels for node in level.nodes)

    @cached_property
    def homes(self) -> Mapping[str, Seen]:
        """The node of every id; of namesakes the first."""
        found: dict[str, Seen] = {}
        for node in self.nodes:
            if node.id:
                found.setdefault(node.id, node)
        return found

    @cached_property
    def whole(self) -> bool:
        return all(level.whole for level in self.levels)

    @cached_property
    def odd_ids(self) -> tuple[str, ...]:
        """Ids that no reference can name."""
        return tuple(id_ for id_ in self.homes if "." in id_)

    @cached_property
    def code(self) -> str:
        """All code of all nodes."""
        return "\n".join(text for node in self.nodes for text in node.code.values())

    def suggestion(self, word: str, known: Collection[str]) -> str:
        """A hint for a misspelt word; they are dear, so the first hundred get one."""
        self._hints += 1
        return suggestion(word[:100], known) if self._hints <= HINTS else ""
