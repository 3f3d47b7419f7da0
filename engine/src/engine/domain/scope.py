"""What a node can see: its own frame, and the frames around it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from engine.domain.code import Changes, Scope
from engine.domain.context import Context
from engine.domain.errors import CodeFailed, UnresolvedReference
from engine.domain.frame import Frame, Run
from engine.domain.references import ITEM, Reference
from engine.domain.values import Json, unwrap


@dataclass(frozen=True, slots=True)
class Sight:
    """The values that references of one node can lead to."""

    frame: Frame
    context: Context
    node: str | None = None

    def part(self, reference: Reference) -> Json:
        """The whole part of the node meant; raises `UnresolvedReference`."""
        frame, node = self._owner(reference)
        if reference.part == ITEM:
            return item_of(frame, reference)
        value = part_of(frame, self.context, node, reference.part)
        if value is None:
            why = f"{node} is {frame.runs[node].status}"
            raise UnresolvedReference(reference.text, reference.part, node, why)
        return value

    def _owner(self, reference: Reference) -> tuple[Frame, str]:
        if reference.node == "node" and self.node:
            return self.frame, self.node
        frames = (self.frame,) if reference.local else (self.frame, *self.context.outer)
        for frame in frames:
            if reference.node in frame.runs:
                return frame, reference.node
        where = "this loop's body" if reference.local else "the pipeline"
        raise UnresolvedReference(reference.text, reference.node, where)


def item_of(frame: Frame, reference: Reference) -> Json:
    """The item that the frame runs for; raises `UnresolvedReference` at the root."""
    if frame.parent is None:
        why = "there is an item only in a loop"
        raise UnresolvedReference(reference.text, ITEM, reference.node, why)
    return unwrap(frame.parent.item)


def part_of(frame: Frame, context: Context, node: str, part: str) -> Json:
    """A part of a node as it is now; None if there is nothing yet."""
    value = unwrap(getattr(frame.runs[node], part))
    if part == "params" and value is None:
        return context.graph(frame).nodes[node].params
    return value


class Views(Mapping[str, Mapping[str, Json]]):
    """The nodes as code sees them, each made when it is asked for."""

    def __init__(self, frame: Frame, context: Context) -> None:
        self._frames = (frame, *context.outer)
        self._context = context

    def __getitem__(self, node: str) -> Mapping[str, Json]:
        for frame in self._frames:
            if node in frame.runs:
                return self._view(frame, node)
        raise KeyError(node)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(node for f in self._frames for node in f.runs))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _view(self, frame: Frame, node: str) -> Mapping[str, Json]:
        run = frame.runs[node]
        view = {
            "id": node,
            "type": self._context.graph(frame).nodes[node].type,
            "status": str(run.status),
            "finished": run.succeeded,
            "params": part_of(frame, self._context, node, "params"),
            "input": part_of(frame, self._context, node, "input") or {},
            "out": part_of(frame, self._context, node, "out") or {},
        }
        if frame.parent:
            view[ITEM] = unwrap(frame.parent.item)
        return view


def scope(frame: Frame, context: Context, node: str) -> Scope:
    """All that the code of a node sees."""
    root = context.outer[-1] if context.outer else frame
    pipeline = context.program.pipeline
    seen = {
        "route": frame.route,
        "version": frame.version,
        "task": frame.task,
        "params": pipeline.params,
        "input": part_of(root, context, pipeline.entry.id, "input") or {},
    }
    return Scope(node, Views(frame, context), seen, frozenset(frame.runs))


def counted(frame: Frame, context: Context) -> Frame:
    """The frame with one more evaluation; raises `CodeFailed` beyond the bound."""
    limit = context.rules.max_evaluations
    if frame.evaluations >= limit:
        raise CodeFailed(f"code ran {limit} times here: that is the limit")
    return replace(frame, evaluations=frame.evaluations + 1)


def holds(frame: Frame, context: Context, node: str, source: str) -> tuple[Frame, bool]:
    """Whether an expression is true, and the frame that has counted it."""
    frame = counted(frame, context)
    return frame, bool(
        context.evaluator.expression(source, scope(frame, context, node))
    )


def execute(frame: Frame, context: Context, node: str, source: str | None) -> Frame:
    """The frame after statements of a node's code, if there are any."""
    if source is None:
        return frame
    frame = counted(frame, context)
    changes = context.evaluator.statements(source, scope(frame, context, node))
    return with_changes(frame, changes)


def with_changes(frame: Frame, changes: Changes) -> Frame:
    """The frame with what code changed; raises `CodeFailed` for a foreign node."""
    runs: dict[str, Run] = dict(frame.runs)
    for node, parts in changes.items():
        if node not in runs:
            raise CodeFailed(f"node “{node}” is not of this loop: it can only be read")
        runs[node] = replace(runs[node], **parts)
    return replace(frame, runs=runs) if changes else frame
