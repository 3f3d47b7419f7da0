"""Which runs of an ended task a new one keeps: what is unchanged, with all before it.

A run is kept if nothing that it depends on has changed: its node, the nodes before it,
the nodes that it names, the data of the request. So nobody is called again for it, and
the new task ends as it would have ended without it. Where that is not certain, the node
runs again:

* a node with `ready` depends on who came first;
* a node in a cycle, or after one, ran several times, and only its last run is known;
* a node whose code changed other nodes would have to change them once more, and those
  that it changed are not what their own run made of them;
* code that names the pipeline may depend on the task itself;
* a loop is kept whole or not at all, and not if its items may have failed unseen.

A node that a branch left out is kept as one that is left out again.
"""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime

import orjson

from engine.domain.errors import BadReference, UnresolvedReference
from engine.domain.frame import Frame
from engine.domain.graph import Graph, Program
from engine.domain.pipeline import AnyNode, BranchNode, EndNode, EntryNode, LoopNode
from engine.domain.references import Reference, dig
from engine.domain.run import Run, Status
from engine.domain.values import BLOB_KEY, Json, unwrap

LAYOUT = frozenset({"position", "description"})
"""Fields that say nothing of what a node does."""

WITHOUT_EFFECT = LAYOUT | {
    "next",
    "ready",
    "timeout",
    "retry",
    "delay",
    "catch",
    "concurrency",
}
"""Fields that change nothing about a run that has succeeded. Where it leads is looked
at from the nodes behind it, and a node with `ready` is never kept."""

CODE_FIELDS = ("before", "after", "exec", "if")
PIPELINE = "pipeline"
OF_THE_TASK = frozenset({"task", "version"})
"""Of the pipeline, as code sees it: what is another one in each task or version."""

_WORD = re.compile(r"[A-Za-z0-9_]+")
_IN_BRACES = re.compile(r"\{([^{}]*)\}")


def kept_runs(
    old: Frame,
    *,
    before: Program,
    after: Program,
    data: Json,
    again: AbstractSet[str] = frozenset(),
) -> dict[str, Run]:
    """The runs of an ended root frame that a task of another program keeps, by node.

    `before` is the program of the old task; `data` is what the new one was started
    with; `again` are nodes that must run again, with all that comes after them.
    """
    return _Comparison(old, before, after, data, again).kept()


class _Comparison:
    """Goes through the nodes in their order: what is before a node is decided first."""

    def __init__(
        self,
        old: Frame,
        before: Program,
        after: Program,
        data: Json,
        again: AbstractSet[str],
    ) -> None:
        self._old = old
        self._graph = after.graph()
        self._old_graph = before.graph()
        self._again = again
        self._entry = after.pipeline.entry
        self._data = data
        self._old_data = unwrap(old.runs[before.pipeline.entry.id].input)
        self._same_params = before.pipeline.params == after.pipeline.params
        self._in_cycles = _in_cycles(self._graph) | _in_cycles(self._old_graph)
        self._with_hyphens = [one for one in self._graph.nodes if "-" in one]
        # An older engine noted no changes of other nodes by code.
        self._is_known = old.notes_changes or not self._old_graph.has_statements

        self._kept: dict[str, Run] = {}
        self._settled: set[str] = set()
        """Nodes of which it is certain what becomes of them: kept, or left out."""

    def kept(self) -> dict[str, Run]:
        if not self._is_known or not self._entry_settled():
            return {}
        self._settled.add(self._entry.id)

        for node_id in self._graph.order:
            run = self._old.runs.get(node_id)
            if run is None or node_id in self._settled:
                continue
            left_out = run.status is Status.SKIPPED and self._same_before(node_id)
            if left_out or (run.succeeded and self._is_unchanged(node_id, run)):
                self._settled.add(node_id)
                self._kept[node_id] = run
        return self._kept

    def _entry_settled(self) -> bool:
        """Whether the entry does what it did, perhaps with other data."""
        old = self._old_graph.nodes.get(self._entry.id)
        if not isinstance(old, EntryNode) or self._entry.id in self._again:
            return False
        run = self._old.runs[self._entry.id]
        if run.changed_by_others or run.changes_others:
            return False

        has_code = self._entry.before or self._entry.after
        same_code = (self._entry.before, self._entry.after) == (old.before, old.after)
        same_params = self._entry.params == old.params
        if has_code and self._data != self._old_data:
            return False
        return same_code and same_params

    def _same_before(self, node_id: str) -> bool:
        """Whether the same nodes lead here, and it is known what becomes of them."""
        tails = self._graph.predecessors[node_id]
        if tails != self._old_graph.predecessors.get(node_id):
            return False
        return node_id not in self._in_cycles and self._settled.issuperset(tails)

    def _is_unchanged(self, node_id: str, run: Run) -> bool:
        node = self._graph.nodes[node_id]
        old = self._old_graph.nodes[node_id]
        if isinstance(node, EndNode) or node.ready or old.ready:
            return False
        if node_id in self._again or run.changed_by_others or run.changes_others:
            return False
        if run.round or not self._same_before(node_id):
            return False

        definition = _definition(node)
        if definition != _definition(old):
            return False
        if isinstance(node, LoopNode) and _names_key(definition["nodes"], "catch"):
            return False
        return self._sees_the_same(node, definition)

    def _sees_the_same(self, node: AnyNode, definition: Json) -> bool:
        """Whether all that a node names is as it was."""
        words = _words(definition)
        code = _words(list(_code_in(definition)))

        if PIPELINE in words and not self._same_params:
            return False
        if PIPELINE in code and (code & OF_THE_TASK or self._data != self._old_data):
            return False

        named = self._named_in(words) - {node.id}
        if not all(self._is_steady(one, node.id, code) for one in named):
            return False
        return self._sees_same_data(node, definition, words, code)

    def _named_in(self, words: AbstractSet[str]) -> AbstractSet[str]:
        """The nodes whose ids stand among some words."""
        with_hyphens = {one for one in self._with_hyphens if _is_named(one, words)}
        return (self._graph.nodes.keys() & words) | with_hyphens

    def _is_steady(self, named: str, by: str, code: AbstractSet[str]) -> bool:
        """Whether a node that another one names is, for that one, what it was."""
        if named in self._settled:
            return True

        # The old version had no such node: the text means something else.
        old = self._old_graph.nodes.get(named)
        if old is None:
            return True

        # It did not run before. All that can be read of it is its constants; and code
        # may have read how far it was, if it is not behind the node.
        same_params = old.params == self._graph.nodes[named].params
        is_behind = named in self._graph.from_there_on(by)
        return same_params and (is_behind or not _is_named(named, code))

    def _sees_same_data(
        self,
        node: AnyNode,
        definition: Json,
        words: AbstractSet[str],
        code: AbstractSet[str],
    ) -> bool:
        """Whether what a node sees of the data of the request is as it was."""
        if self._data == self._old_data:
            return True

        entry = self._entry.id
        receives_all = node.input is None and entry in self._graph.predecessors[node.id]
        if receives_all or _is_named(entry, code):
            return False
        if not _is_named(entry, words):
            return True

        texts = (text for text in _texts(definition) if _is_named(entry, _words(text)))
        return all(self._leads_to_the_same(text) for text in texts)

    def _leads_to_the_same(self, text: str) -> bool:
        """Whether what a text names of the data of the request is as it was."""
        pieces = _IN_BRACES.findall(text) or [text]
        return all(self._is_same_value(piece.strip()) for piece in pieces)

    def _is_same_value(self, text: str) -> bool:
        try:
            reference = Reference.parse(text)
        except BadReference:
            return False
        if reference.node != self._entry.id:
            return True
        if reference.section == "params":
            return True
        return _dug(self._data, reference) == _dug(self._old_data, reference)


def reused(run: Run, node: AnyNode, now: datetime) -> Run:
    """The run of a new task in the place of one that was kept."""
    if run.status is Status.SKIPPED:
        return Run().to(Status.SKIPPED, now)

    led_to = run.led_to
    if not isinstance(node, BranchNode):
        led_to = tuple(dict.fromkeys(node.next))

    return Run(
        status=Status.SUCCEEDED,
        params=unwrap(run.params),
        input=unwrap(run.input),
        out=unwrap(run.out),
        led_to=led_to,
        started_at=now,
        ended_at=now,
        history=((Status.SUCCEEDED, now),),
        reused=True,
    )


def handed_over(value: Json, before: str, after: str) -> Json:
    """A value of one task as that of another, which has copies of its blobs.

    A copy has the name of its blob (`BlobStore.copy`).

    >>> handed_over({"a": [{"$blob": "t1/x", "type": "a/b", "size": 1}]}, "t1", "t2")
    {'a': [{'$blob': 't2/x', 'type': 'a/b', 'size': 1}]}
    """
    if isinstance(value, list):
        return [handed_over(item, before, after) for item in value]
    if not isinstance(value, dict):
        return value

    moved = {key: handed_over(item, before, after) for key, item in value.items()}
    if BLOB_KEY in moved:
        owner, _, name = moved[BLOB_KEY].partition("/")
        if owner == before:
            moved[BLOB_KEY] = f"{after}/{name}"
    return moved


def _in_cycles(graph: Graph) -> AbstractSet[str]:
    """The nodes that a branch that turns back resets."""
    heads = {head for _, head in graph.back}
    return frozenset().union(*(graph.from_there_on(head) for head in heads))


def _definition(node: AnyNode) -> dict[str, Json]:
    """What a node does, without what changes nothing about its result."""
    left_out = WITHOUT_EFFECT
    if isinstance(node, BranchNode):
        left_out = left_out - {"next"}
    fields = {key: v for key, v in node.to_json().items() if key not in left_out}
    if isinstance(node, LoopNode):
        fields["nodes"] = _without_layout(fields["nodes"])
    return fields


def _without_layout(nodes: list[dict[str, Json]]) -> list[dict[str, Json]]:
    bare = []
    for node in nodes:
        fields = {key: value for key, value in node.items() if key not in LAYOUT}
        if node["type"] == "loop":
            fields["nodes"] = _without_layout(node["nodes"])
        bare.append(fields)
    return bare


def _names_key(value: Json, key: str) -> bool:
    """Whether an object at any depth has a key."""
    return f'"{key}":'.encode() in orjson.dumps(value)


def _words(value: Json) -> AbstractSet[str]:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return frozenset(_WORD.findall(text))


def _is_named(node_id: str, words: AbstractSet[str]) -> bool:
    """Whether an id may stand among words: one with hyphens is several of them.

    >>> _is_named("find-faces", {"find", "faces"}), _is_named("find-faces", {"find"})
    (True, False)
    """
    return all(part in words for part in node_id.split("-") if part)


def _code_in(value: Json) -> Iterator[str]:
    """All code in the definition of a node, that of a body included."""
    if isinstance(value, list):
        for item in value:
            yield from _code_in(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in CODE_FIELDS and isinstance(item, str):
                yield item
            else:
                yield from _code_in(item)


def _texts(value: Json) -> Iterator[str]:
    """All texts in a value, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)


def _dug(data: Json, reference: Reference) -> Mapping[str, Json]:
    """What a reference leads to in the data of a request, if there is something."""
    try:
        return {"value": dig(data, reference)}
    except UnresolvedReference:
        return {}
