"""What a node can see: its own frame, and the frames around it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from engine.domain.code import Changes, Scope
from engine.domain.context import Context
from engine.domain.errors import CodeFailed, UnresolvedReference
from engine.domain.frame import Frame
from engine.domain.gate import Admitted, check_change, named
from engine.domain.references import ITEM, Reference, resolve
from engine.domain.room import with_room
from engine.domain.run import Run
from engine.domain.values import Json, unwrap


@dataclass(frozen=True, slots=True)
class Sight:
    """The values that references of one node can lead to."""

    frame: Frame
    context: Context
    node_id: str | None = None
    """The node that `node` stands for; None: no node, as in `collect`."""

    def section(self, reference: Reference) -> Json:
        """The whole section of the node meant; raises `UnresolvedReference`."""
        frame, node_id = self._owner(reference)
        if reference.section == ITEM:
            return _item_of(frame, reference)

        value = section_of(frame, self.context, node_id, reference.section)
        if value is None:
            raise UnresolvedReference(
                reference.text,
                missing=reference.section,
                inside=node_id,
                known=f"{node_id} is {frame.runs[node_id].status}",
            )
        return value

    def _owner(self, reference: Reference) -> tuple[Frame, str]:
        """The nearest frame that has the node meant, and the node's id."""
        if reference.node == "node" and self.node_id:
            return self.frame, self.node_id

        around = () if reference.local else self.context.outer
        for frame in (self.frame, *around):
            if reference.node in frame.runs:
                return frame, reference.node

        raise UnresolvedReference(
            reference.text,
            missing=reference.node,
            inside="this loop's body" if reference.local else "the pipeline",
        )


def look_up(
    frame: Frame,
    context: Context,
    node_id: str,
    directive: Mapping[str, str],
) -> Admitted:
    """The values that a directive's references lead to."""
    sight = Sight(frame, context, node_id)
    return named({key: resolve(text, sight) for key, text in directive.items()})


def _item_of(frame: Frame, reference: Reference) -> Json:
    """The item that the frame runs for; raises `UnresolvedReference` at the root."""
    if frame.parent is None:
        raise UnresolvedReference(
            reference.text,
            missing=ITEM,
            inside=reference.node,
            known="there is an item only in a loop",
        )
    return unwrap(frame.parent.item)


def section_of(frame: Frame, context: Context, node_id: str, section: str) -> Json:
    """A section of a node as it is now; None if there is nothing yet."""
    value = unwrap(getattr(frame.runs[node_id], section))

    if section == "params" and value is None:
        return context.graph(frame).nodes[node_id].params
    return value


class Views(Mapping[str, Mapping[str, Json]]):
    """The nodes as code sees them.

    Each view is made when it is asked for: code names a few nodes, and there may be
    a thousand.
    """

    def __init__(self, frame: Frame, context: Context) -> None:
        self._frames = (frame, *context.outer)
        self._context = context

    def __getitem__(self, node_id: str) -> Mapping[str, Json]:
        for frame in self._frames:
            if node_id in frame.runs:
                return self._view(frame, node_id)
        raise KeyError(node_id)

    def __iter__(self) -> Iterator[str]:
        ids = (node_id for frame in self._frames for node_id in frame.runs)
        return iter(dict.fromkeys(ids))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _view(self, frame: Frame, node_id: str) -> Mapping[str, Json]:
        context = self._context
        run = frame.runs[node_id]

        view = {
            "id": node_id,
            "type": context.graph(frame).nodes[node_id].type,
            "status": str(run.status),
            "finished": run.succeeded,
            "params": section_of(frame, context, node_id, "params"),
            "input": section_of(frame, context, node_id, "input") or {},
            "out": section_of(frame, context, node_id, "out") or {},
        }
        if frame.parent:
            view[ITEM] = unwrap(frame.parent.item)
        return view


def scope(frame: Frame, context: Context, node_id: str) -> Scope:
    """All that the code of a node sees."""
    root = context.outer[-1] if context.outer else frame
    pipeline = context.program.pipeline

    about_the_task = {
        "route": frame.route,
        "version": frame.version,
        "task": frame.task,
        "params": pipeline.params,
        "input": section_of(root, context, pipeline.entry.id, "input") or {},
    }
    return Scope(
        node=node_id,
        nodes=Views(frame, context),
        pipeline=about_the_task,
        writable=frozenset(frame.runs),
    )


def holds(
    frame: Frame,
    context: Context,
    node_id: str,
    source: str,
) -> tuple[Frame, bool]:
    """Whether an expression is true, and the frame that has counted it."""
    frame = _counted(frame, context)
    value = context.evaluator.expression(source, scope(frame, context, node_id))
    return frame, bool(value)


def execute(frame: Frame, context: Context, node_id: str, source: str | None) -> Frame:
    """The frame after statements of a node's code, if there are any."""
    if source is None:
        return frame

    frame = _counted(frame, context)
    changes = context.evaluator.statements(source, scope(frame, context, node_id))
    return _with_changes(frame, context, changes)


def _counted(frame: Frame, context: Context) -> Frame:
    """The frame with one more evaluation; raises `CodeFailed` beyond the limit.

    A cycle or a `ready` runs code again and again: without a limit one task could
    keep the sandbox from all others.
    """
    limit = context.rules.max_evaluations
    if frame.evaluations >= limit:
        raise CodeFailed(
            f"code ran {limit} times in this frame: the limit (MAX_EVALUATIONS)"
        )
    return replace(frame, evaluations=frame.evaluations + 1)


def _with_changes(frame: Frame, context: Context, changes: Changes) -> Frame:
    """The frame with what code changed.

    Raises `CodeFailed` for a foreign node; `ValueTooLarge`, `ValueTooDeep` and
    `ReservedKey` for what cannot enter a run.
    """
    if not changes:
        return frame

    runs: dict[str, Run] = dict(frame.runs)
    for node_id, sections in changes.items():
        if node_id not in runs:
            # It belongs to a frame around this one, which is another document.
            raise CodeFailed(
                f"node “{node_id}” is outside of this loop: it can only be read"
            )
        for name, value in sections.items():
            place = f"{node_id}.{name}"
            frame = with_room(frame, context, place, value)
            check_change(value, frame.task, place)
        runs[node_id] = replace(runs[node_id], **sections)
    return replace(frame, runs=runs)
