"""What a node can see: its own frame, and the frames around it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from engine.domain import references as r
from engine.domain.code import Changes, Scope
from engine.domain.context import Context
from engine.domain.directives import Value, value_of
from engine.domain.errors import BadDirective, CodeFailed, UnresolvedReference
from engine.domain.frame import Frame
from engine.domain.gate import Admitted, check_change, named
from engine.domain.references import ITEM, PIPELINE, Reference
from engine.domain.room import with_room
from engine.domain.run import Run
from engine.domain.values import Json, unwrap

MAX_PRINTED_CHARACTERS = 16_384
"""Of what the code of one run prints, all its fields together."""

MAX_FRAME_PRINTED_CHARACTERS = 65_536
"""Of all runs of a frame: they are in one document."""


@dataclass(frozen=True, slots=True)
class Sight:
    """The values that references of one node can lead to."""

    frame: Frame
    context: Context
    node_id: str | None = None
    """The node that `node` stands for; None: no node, as in `collect`."""

    def section(self, reference: Reference) -> Json:
        """The whole section of the node meant; raises `UnresolvedReference`."""
        if reference.node == PIPELINE:
            return self.context.program.pipeline.params

        frame, node_id = self._owner(reference)
        match reference.section:
            case r.ITEM:
                return _item_of(frame, reference)
            case r.ROUND:
                return frame.runs[node_id].round
            case r.ERROR:
                value = error_of(frame, self.context, node_id)
            case section:
                value = section_of(frame, self.context, node_id, section)
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
    directive: Mapping[str, Value],
    *,
    field: str,
) -> Admitted:
    """The values that a directive gives.

    `field` is where the node has the directive; an error names it with the key.
    """
    sight = Sight(frame, context, node_id)

    values: dict[str, Json] = {}
    for key, value in directive.items():
        try:
            values[key] = value_of(value, sight)
        except BadDirective as error:
            raise error.within(f"{field}.{key}") from None
    return named(values)


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


def failure_of(frame: Frame, node_id: str) -> dict[str, Json] | None:
    """Why a node failed for good; None: it has not failed."""
    failure = frame.runs[node_id].failure
    return {"node": node_id, **failure} if failure else None


def error_of(frame: Frame, context: Context, node_id: str) -> Json:
    """Why a node failed; of one that has not failed, the failure that led to it."""
    graph = context.graph(frame)
    for id_ in (node_id, *graph.catches.get(node_id, ())):
        failure = failure_of(frame, id_)
        if failure:
            return failure
    return None


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
            "round": run.round,
            "error": error_of(frame, context, node_id),
            "params": section_of(frame, context, node_id, "params"),
            "input": section_of(frame, context, node_id, "input") or {},
            "out": section_of(frame, context, node_id, "out") or {},
        }
        if frame.parent:
            view[ITEM] = unwrap(frame.parent.item)
        return view


def scope(
    frame: Frame,
    context: Context,
    node_id: str,
    hear: Callable[[str], None],
) -> Scope:
    """All that the code of a node sees, and who hears what it prints."""
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
        hear=hear,
    )


def holds(
    frame: Frame,
    context: Context,
    node_id: str,
    source: str,
    *,
    field: str,
) -> tuple[Frame, bool]:
    """Whether an expression is true, and the frame that has counted it.

    `field` is where the node has the expression; a `CodeFailed` names it.
    """
    frame = _counted(frame, context)
    printed: list[str] = []
    seen = scope(frame, context, node_id, printed.append)
    try:
        value = context.evaluator.expression(source, seen)
    except CodeFailed as error:
        raise error.within(field, source, "".join(printed)) from None
    return with_printed(frame, node_id, "".join(printed)), bool(value)


def execute(
    frame: Frame,
    context: Context,
    node_id: str,
    source: str | None,
    *,
    field: str,
) -> Frame:
    """The frame after statements of a node's code, if there are any; as `holds`."""
    if source is None:
        return frame

    frame = _counted(frame, context)
    printed: list[str] = []
    seen = scope(frame, context, node_id, printed.append)
    try:
        changes = context.evaluator.statements(source, seen)
        frame = _with_changes(frame, context, node_id, changes)
    except CodeFailed as error:
        raise error.within(field, source, "".join(printed)) from None
    return with_printed(frame, node_id, "".join(printed))


def with_printed(frame: Frame, node_id: str, text: str) -> Frame:
    """The frame that keeps what the code of a node has printed, as far as it may."""
    if not text:
        return frame

    run = frame.runs[node_id]
    of_frame = sum(len(run.printed) for run in frame.runs.values())
    left = min(
        MAX_PRINTED_CHARACTERS - len(run.printed),
        MAX_FRAME_PRINTED_CHARACTERS - of_frame,
    )
    kept = replace(run, printed=run.printed + text[: max(0, left)])
    return frame.with_run(node_id, kept)


def _counted(frame: Frame, context: Context) -> Frame:
    """The frame with one more evaluation; raises `CodeFailed` beyond the limit.

    A cycle or a `ready` runs code again and again: without a limit one task could
    keep the sandbox from all others.
    """
    limit = context.rules.max_evaluations
    if frame.evaluations >= limit:
        raise CodeFailed(
            f"code ran {limit} times in this frame: the limit (MAX_EVALUATIONS)",
            too_often=True,
        )
    return replace(frame, evaluations=frame.evaluations + 1)


def _with_changes(frame: Frame, context: Context, by: str, changes: Changes) -> Frame:
    """The frame with what the code of a node changed.

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

    # A task that continues this one cannot keep what others had a part in.
    for node_id in changes.keys() - {by}:
        runs[node_id] = replace(runs[node_id], changed_by_others=True)
        runs[by] = replace(runs[by], changes_others=True)
    return replace(frame, runs=runs)
