"""Whether a document is small enough to be looked at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.domain.checks.document import Document
from engine.domain.checks.level import Level, Seen
from engine.domain.errors import Fault
from engine.domain.pipeline import MAX_NODES
from engine.domain.values import Json

# The checks take time that grows with the product of two sizes in places: a thousand
# nodes of which each names ten others, a reference that is looked for in a large
# `params`. So sizes are judged before all else.
MAX_DEPTH = 32
"""How many objects and lists may stand within each other."""
MAX_VALUES = 100_000
"""Items of all objects and lists together."""
MAX_CHARACTERS = 2_000_000
"""Of all keys and texts together."""
MAX_NAME_CHARACTERS = 1_000
"""Of a key, as of a reference: no reference could name a longer one. And of an id."""
MAX_NODE_VALUES = 5_000
"""Of one node without its `params` and its body. Each of them may be a fault, and the
faults of one node are found in one go, in which no other thread gets its turn."""
MAX_ALL_CODE_CHARACTERS = 200_000
MAX_EDGES = 10_000
MAX_LOOP_NESTING = 8


@dataclass(slots=True)
class Size:
    """How large a piece of JSON is, as far as it was looked at."""

    depth: int = 0
    """How many objects and lists stand within each other."""
    values: int = 0
    characters: int = 0
    longest_key: int = 0

    def add(self, text: str) -> None:
        self.characters += len(text)

    def add_keys(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.add(key)
            self.longest_key = max(self.longest_key, len(key))

    @property
    def is_over_a_limit(self) -> bool:
        return (
            self.depth > MAX_DEPTH
            or self.values > MAX_VALUES
            or self.characters > MAX_CHARACTERS
            or self.longest_key > MAX_NAME_CHARACTERS
        )


def measured(value: Json) -> Size:
    """The size of any JSON; what is over a limit is not measured to its end.

    It goes layer by layer: recursion would fail for what is nested too deep.

    >>> measured({"a": [{}]})
    Size(depth=3, values=2, characters=1, longest_key=1)
    """
    size = Size()
    layer = [value]

    while layer and not size.is_over_a_limit:
        inner: list[Json] = []
        nests = False
        for outer in layer:
            if isinstance(outer, str):
                size.add(outer)
            elif isinstance(outer, dict):
                nests = True
                size.add_keys(outer)
                inner.extend(outer.values())
            elif isinstance(outer, list):
                nests = True
                inner.extend(outer)

        size.depth += nests
        size.values += len(inner)
        layer = inner
    return size


def size_faults(raw: Json) -> Iterator[Fault]:
    """What makes any JSON too large to be looked at."""
    size = measured(raw)

    if size.depth > MAX_DEPTH:
        message = f"the document is nested deeper than {MAX_DEPTH} levels"
        yield Fault("too-deep", message, "simplify the data in it")
    if size.values > MAX_VALUES:
        message = f"the document has more than {MAX_VALUES} values"
        yield Fault("too-large", message, "give large data as input, not as “params”")
    if size.characters > MAX_CHARACTERS:
        message = f"the document has more than {MAX_CHARACTERS} characters"
        yield Fault("too-large", message, "give large data as input, not as “params”")
    if size.longest_key > MAX_NAME_CHARACTERS:
        message = f"a key is longer than {MAX_NAME_CHARACTERS} characters"
        yield Fault("too-long", message, "shorten it")


def is_too_detailed(fields: Mapping[str, Json]) -> bool:
    """Whether a node, or what a service announces, has too many values."""
    judged = {name: v for name, v in fields.items() if name not in ("params", "nodes")}
    return measured(judged).values > MAX_NODE_VALUES


def limit_faults(document: Document) -> Iterator[Fault]:
    """What is so large that nothing else is looked at."""
    if document.size > MAX_NODES:
        message = f"there are more than {MAX_NODES} nodes"
        hint = "call another pipeline as a service"
        yield Fault("too-many-nodes", message, hint, field="nodes")

    for node in document.nodes:
        yield from _node_limit_faults(node)
    for level in document.levels:
        yield from _nesting_faults(level)

    code = sum(len(text) for node in document.nodes for text in node.code.values())
    if code > MAX_ALL_CODE_CHARACTERS:
        limit = MAX_ALL_CODE_CHARACTERS
        message = f"the code of all nodes is longer than {limit} characters"
        yield Fault("too-much-code", message, "move the work into a service")

    edges = sum(len(ids) for node in document.nodes for ids in node.nexts.values())
    if edges > MAX_EDGES:
        message = f"there are more than {MAX_EDGES} ids in all “next” together"
        hint = "join paths in one node before they split again"
        yield Fault("too-many-edges", message, hint)


def _node_limit_faults(node: Seen) -> Iterator[Fault]:
    if len(node.id) > MAX_NAME_CHARACTERS:
        message = f"an id is longer than {MAX_NAME_CHARACTERS} characters"
        yield Fault("too-long", message, "shorten it", field=f"{node.place}.id")

    if is_too_detailed(node.raw):
        message = f"a node has more than {MAX_NODE_VALUES} values beside “params”"
        yield node.fault("", "too-large", message, "split it into several nodes")


def _nesting_faults(level: Level) -> Iterator[Fault]:
    """Told once, of the outermost loop that is too deep."""
    nesting = len(list(level.around))
    if level.loop and nesting == MAX_LOOP_NESTING + 1:
        message = f"loops are nested more than {MAX_LOOP_NESTING} deep"
        hint = "call another pipeline as a service"
        yield level.loop.fault("nodes", "too-deep", message, hint)
