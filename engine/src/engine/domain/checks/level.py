"""The nodes of a pipeline, or of a loop's body, as far as they can be read.

Nothing here assumes that the document is right. A node may have no id, two nodes the
same one, a `next` may be of any type: then the checks must neither break nor report
a second fault for the same mistake.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

import networkx as nx
from pydantic import ValidationError

from engine.domain.checks.dominators import dominators
from engine.domain.entry_api import Api
from engine.domain.errors import Fault
from engine.domain.pipeline import (
    KINDS,
    LOOP_END,
    BranchNode,
    EndNode,
    EntryNode,
    Side,
    field_names,
)
from engine.domain.suggestions import Suggestions
from engine.domain.values import Json

MAX_MISSPELT_FIELDS = 20

HYPHEN = "\N{KATAKANA-HIRAGANA PROLONGED SOUND MARK}"
"""Takes the place of “-” in ids where code is read. It may stand in a name, and no
author would write it: so `face_blur` is not taken for `face-blur`."""

ANY_NODE = ""
"""In a graph, what an edge that cannot be read leads to: any node."""
SIDE_FIELDS = field_names(Side)
SIDES = frozenset({"then", "else"})
_ALL_FIELDS = {name for kind in KINDS.values() for name in field_names(kind)}
_CODE_FIELDS = ("ready", "before", "after", "if", "then.exec", "else.exec")


def spelled(
    fields: Mapping[str, Json], names: Collection[str], suggestions: Suggestions
) -> dict[str, Json]:
    """The fields under their right names, where one is merely misspelt.

    >>> spelled({"nxet": ["a"]}, ["id", "next"], Suggestions())
    {'next': ['a']}
    """
    unknown = [key for key in fields if key not in names][:MAX_MISSPELT_FIELDS]

    corrected: dict[str, Json] = {}
    for key in unknown:
        name = suggestions.closest(key, names) or key
        corrected[name] = fields[key]

    # A field that is there under its right name wins over a misspelt one.
    known = {key: value for key, value in fields.items() if key not in unknown}
    return corrected | known


def _ids(value: Json) -> tuple[str, ...]:
    """The texts in a `next`, each once, also if it is a text and no list."""
    if isinstance(value, str):
        return (value,)
    items = value if isinstance(value, list) else ()
    return tuple(dict.fromkeys(item for item in items if isinstance(item, str)))


def _clear(value: Json) -> bool:
    """Whether a `next` says, in whatever form, just where it leads."""
    if value is None or isinstance(value, str):
        return True
    return isinstance(value, list) and value == list(_ids(value))


class Seen:
    """A node as far as it can be read."""

    def __init__(self, raw: Mapping[str, Json], *, place: str, level: "Level") -> None:
        id_ = raw.get("id")
        kind = raw.get("type")

        self.raw = raw
        self.place = place
        self.level = level
        self.id = id_ if isinstance(id_, str) else ""
        self.kind = KINDS.get(kind) if isinstance(kind, str) else None
        self.body: Level | None = None
        """The nodes of a loop; `Document` reads them after the loop itself."""

    def fault(self, field: str, code: str, message: str, hint: str = "") -> Fault:
        """A fault of one of its fields; without an id it is told by its place."""
        if self.id:
            return Fault(code, message, hint, node=self.id, field=field or None)
        place = f"{self.place}.{field}".rstrip(".")
        return Fault(code, message, hint, field=place)

    def get(self, field: str) -> Json:
        """The value of `a` or `a.b`; None if it, or such a node, has none."""
        names = field.split(".")
        if self.kind is not None and names[0] not in field_names(self.kind):
            return None

        value: Json = self.raw
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    @cached_property
    def code(self) -> dict[str, str]:
        """Its pieces of code, by field."""
        found = {field: self.get(field) for field in _CODE_FIELDS}
        # A side that is a text is taken as its `exec`.
        found |= {side: self.get(side) for side in SIDES}
        return {field: text for field, text in found.items() if isinstance(text, str)}

    @cached_property
    def api(self) -> Api | None:
        """What an entry tells its callers, if that can be read.

        Every reference to the request asks for it, so it is read once.
        """
        try:
            return Api.model_validate(self.raw.get("api"))
        except ValidationError:
            return None

    @property
    def _branches(self) -> bool:
        """Whether it is a branch, or looks like one and its type cannot be read."""
        if self.kind is None:
            return not SIDES.isdisjoint(self.raw)
        return self.kind is BranchNode

    @cached_property
    def _raw_nexts(self) -> dict[str, Json]:
        """What it names as its next, by field, of whatever form that is."""
        names = field_names(self.kind) if self.kind else _ALL_FIELDS
        suggestions = self.level.suggestions
        fields = spelled(self.raw, names, suggestions)

        found = {"next": fields.get("next")}
        if fields.get("catch") is not None:
            found["catch"] = fields["catch"]
        for side in SIDES if self._branches else ():
            value = _next_of_side(fields.get(side), suggestions)
            if value is not None:
                found[f"{side}.next"] = value
        return found

    @cached_property
    def nexts(self) -> dict[str, tuple[str, ...]]:
        """The ids it names as its next, by field."""
        return {field: _ids(value) for field, value in self._raw_nexts.items()}

    @cached_property
    def sides(self) -> tuple[frozenset[str], ...]:
        """The sets of nodes it can lead to; a branch has two, and chooses.

        One more has those to which it leads when it has failed.
        """
        catch = self.nexts.get("catch")
        return (*self.ways_on, frozenset(catch)) if catch else self.ways_on

    @cached_property
    def ways_on(self) -> tuple[frozenset[str], ...]:
        """The sets of nodes it can lead to when it has succeeded."""
        own = self.nexts["next"]
        if not self._branches:
            return (frozenset(own),)

        ways = [self.nexts.get(f"{side}.next", own) for side in sorted(SIDES)]
        return tuple(frozenset(way) for way in ways)

    @property
    def readable(self) -> bool:
        """Whether it can be known where it leads."""
        if self.kind is None:
            return False
        return all(_clear(value) for value in self._raw_nexts.values())

    @property
    def clear(self) -> bool:
        """Whether it leads where its author meant it to, as far as one can see.

        An entry that leads nowhere is reported; the rest is not unreachable as well.
        """
        return self.readable and (self.kind is not EntryNode or any(self.ways_on))


def _next_of_side(side: Json, suggestions: Suggestions) -> Json:
    """Where a side leads; None if it does not say so."""
    if isinstance(side, dict):
        return spelled(side, SIDE_FIELDS, suggestions).get("next")
    if isinstance(side, list):
        return side  # where it leads, though in the wrong place
    return None


class Level:
    """The nodes of the pipeline, or of a loop's body, as far as they can be read."""

    def __init__(
        self,
        entries: Sequence[Json],
        *,
        place: str,
        loop: Seen | None,
        suggestions: Suggestions,
    ) -> None:
        self.loop = loop
        self.suggestions = suggestions
        self.raw = {f"{place}nodes[{at}]": raw for at, raw in enumerate(entries)}
        self.nodes = [
            Seen(raw, place=at, level=self)
            for at, raw in self.raw.items()
            if type(raw) is dict
        ]
        # Reversed, so that of nodes with the same id the first one is kept.
        self.ids = {node.id: node for node in reversed(self.nodes) if node.id}

        all_are_nodes = len(self.nodes) == len(entries)
        self.whole = all_are_nodes and all(node.id for node in self.nodes)
        """Whether every node can be told from the others."""
        self._only_after: dict[str, frozenset[str]] = {}

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
        """The entry, or the first node of a body; several if there are too many."""
        if self.loop:
            return tuple(node.id for node in self.nodes[:1])
        return tuple(node.id for node in self.nodes if node.kind is EntryNode)

    @cached_property
    def sides(self) -> Mapping[str, Sequence[frozenset[str]]]:
        """By node, what it can lead to; nodes with the same id are taken together."""
        found: dict[str, list[frozenset[str]]] = {node_id: [] for node_id in self.ids}
        for node in self.nodes:
            leads_nowhere = not node.clear or node.kind is EndNode
            found[node.id] += (frozenset(),) if leads_nowhere else node.sides
        return found

    @cached_property
    def graph(self) -> "nx.DiGraph[str]":
        """Where every node leads, or may lead.

        A node that cannot be read leads to `ANY_NODE`, which leads to all: so what
        follows it is not reported as unreachable too.
        """
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.ids)

        for node in self.nodes:
            targets = frozenset().union(*node.sides)
            if self.loop:
                targets -= {LOOP_END}
            known = targets & (self.ids.keys() - self.entries)

            graph.add_edges_from((node.id, target) for target in known)
            if not node.clear or known != targets:
                graph.add_edge(node.id, ANY_NODE)

        if ANY_NODE in graph:
            graph.add_edges_from((ANY_NODE, node_id) for node_id in self.ids)
        return graph

    @cached_property
    def reached(self) -> frozenset[str]:
        """The nodes that a frame can come to."""
        after = (nx.descendants(self.graph, start) for start in self.starts)
        return frozenset(self.starts).union(*after)

    @cached_property
    def dominators(self) -> Mapping[str, str | None]:
        """By node, the last one that every way from the start to it leads through."""
        start = self.starts[0]
        return {start: None, **dominators(self.graph, start)}

    @cached_property
    def _dominated(self) -> Mapping[str, Sequence[str]]:
        """By node, those of which it is the last before them."""
        found: dict[str, list[str]] = defaultdict(list)
        for node_id, dominator in self.dominators.items():
            if dominator is not None:
                found[dominator].append(node_id)
        return found

    def only_after(self, node_id: str) -> frozenset[str]:
        """The node, and all to which every way from the start leads through it."""
        if node_id not in self._only_after:
            found: set[str] = set()
            waiting = [node_id]
            while waiting:
                dominator = waiting.pop()
                found.add(dominator)
                waiting += self._dominated.get(dominator, ())
            self._only_after[node_id] = frozenset(found)
        return self._only_after[node_id]

    @cached_property
    def ids_in_code(self) -> Mapping[str, str]:
        """The ids by the names that code has for them once it is read."""
        return {node_id.replace("-", HYPHEN): node_id for node_id in self.ids}

    @property
    def visible(self) -> Iterator["Level"]:
        """The levels whose nodes can be named from here, the nearest first."""
        yield self
        yield from (loop.level for loop in self.around)

    def named_in_code(self, name: str) -> Seen | None:
        """The node that a name means in code; None if it means none."""
        for level in self.visible:
            node_id = level.ids_in_code.get(name)
            if node_id:
                return level.ids[node_id]
        return None

    @cached_property
    def before(self) -> Mapping[str, frozenset[str]]:
        """By node, all that can have run before it.

        Nodes that lead to each other have all run before each of them, in an earlier
        round. So it is found once for each such ring and not for each node.
        """
        rings = nx.condensation(self.graph)
        before: dict[int, frozenset[str]] = {}

        for ring in nx.topological_sort(rings):
            members = frozenset(rings.nodes[ring]["members"])
            turns = len(members) > 1 or any(self.graph.has_edge(m, m) for m in members)
            earlier = (before[r] | rings.nodes[r]["members"] for r in rings.pred[ring])
            own = members if turns else frozenset()
            before[ring] = own.union(*earlier)

        ring_of = rings.graph["mapping"]
        return {node_id: before[ring_of[node_id]] for node_id in self.ids}

    def forget(self) -> None:
        """Let go of all that was found out.

        Nodes and levels know each other, and so do the parts of a graph. So what was
        found of them, many megabytes of a large document, would stay in memory until
        Python looks for such rings, which it seldom does.
        """
        for node in self.nodes:
            vars(node).clear()
        if "graph" in vars(self):
            vars(self.graph).clear()
        vars(self).clear()
