"""What an author's code sees and changes, and who runs it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from engine.domain.values import Json


def _unheard(text: str) -> None:
    """For code whose printed text nobody wants."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an author's code sees.

    `nodes` maps every visible node id to its view: a dict with the keys `id`, `type`,
    `status` (str), `finished` (bool), `round` (int), `error` (None, or an object with
    `code`, `message` and `node`), `params`, `input`, `out` (JSON) and, in a loop,
    `_loop` (the item). It may be lazy: ask only for the ids the code
    names. `node` is the id of the node whose code runs: the name `node` is
    its view, the name `input` its view's `input`. `pipeline` is a plain JSON object
    with attribute access (`pipeline.route`). The name `loop` is an object whose
    attributes are the nodes of the same frame (those in `writable`).
    """

    node: str
    nodes: Mapping[str, Mapping[str, Json]]
    pipeline: Mapping[str, Json]
    writable: frozenset[str]
    """Ids whose `params`, `input` and `out` may be changed (the frame's own)."""
    hear: Callable[[str], None] = _unheard
    """Told what the code printed, once, also if it has failed; not if it is nothing."""


NODE_FIELDS = (
    "id",
    "type",
    "status",
    "finished",
    "round",
    "error",
    "params",
    "input",
    "out",
)
"""What code can read of a node; in a loop also `_loop`, the item."""

PIPELINE_FIELDS = ("route", "version", "task", "params", "input")

OBJECT_METHODS = frozenset(
    {"get", "keys", "values", "items", "update", "setdefault", "pop"}
)
"""Of objects that code reads by attributes, nodes among them."""

RESERVED_NAMES = ("node", "input", "pipeline", "loop")
"""Names that code has in addition to the ids of nodes."""

# It bounds how many ids are tried at each place of a chain such as `a-b-c-d`. The
# checks and the sandbox read it here, so that they find the same names.
MAX_HYPHENS_IN_NAME = 16
"""An id with more hyphens has no name in code."""

Changes = Mapping[str, Mapping[str, Json]]
"""By node id, the new values of those of `params`, `input`, `out` that changed."""


class Evaluator(Protocol):
    """Runs the untrusted code of authors, within hard limits, and may block.

    It is called from a worker thread, never from the event loop. Every failure of
    the code (syntax, exception, any limit) is raised as `CodeFailed` with the line.
    """

    limits_met: Mapping[str, int]
    """How often code met each limit, by its name; it grows, and gets no new names."""

    def expression(self, source: str, scope: Scope) -> Json:
        """The value of one Python expression (`ready`, `if`)."""

    def statements(self, source: str, scope: Scope) -> Changes:
        """Run statements (`before`, `after`, `exec`); what they changed."""
