"""How a node of each kind begins, and how it ends well or badly."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from engine.domain.context import Context
from engine.domain.errors import BadReference, CodeFailed, UnresolvedReference
from engine.domain.frame import Frame, FrameStatus, Loop, Run, Status
from engine.domain.pipeline import (
    AnyNode,
    BranchNode,
    Caller,
    EndNode,
    EntryNode,
    HttpNode,
    LoopNode,
    PlainNode,
    ServiceNode,
)
from engine.domain.references import resolve
from engine.domain.rules import Rules
from engine.domain.scope import Sight, execute, holds
from engine.domain.values import Json, Large, is_blob, unwrap

AuthorError = (BadReference, UnresolvedReference, CodeFailed)
"""What an author of a pipeline did wrong, found when a node ran."""


def begin(
    frame: Frame, context: Context, id_: str, led_by: Sequence[str], now: datetime
) -> Frame:
    """Start a node: prepare its input, run its code, do what its kind does."""
    node, given = context.graph(frame).nodes[id_], frame.runs[id_].input
    frame = frame.with_run(id_, replace(frame.runs[id_], out=None, started_at=now))
    try:
        if not isinstance(node, EntryNode):
            given = _input(frame, context, node, led_by)
        frame = frame.with_run(id_, replace(frame.runs[id_], input=given))
        frame = execute(frame, context, id_, node.before)
        return _begin_kind(frame, context, node, now)
    except AuthorError as error:
        return fail(frame, context, id_, str(error), now)


def _input(
    frame: Frame, context: Context, node: AnyNode, led_by: Sequence[str]
) -> Json | Large:
    if node.input is not None:
        return look_up(frame, context, node.id, node.input)
    if not led_by:
        return _item_input(frame)
    if len(led_by) == 1:
        return frame.runs[led_by[0]].out
    return {k: v for id_ in led_by for k, v in unwrap(frame.runs[id_].out).items()}


def _item_input(frame: Frame) -> Json:
    """What the first node of a body receives: the item."""
    item = unwrap(frame.parent.item) if frame.parent else {}
    return item if isinstance(item, dict) and not is_blob(item) else {"item": item}


def look_up(
    frame: Frame, context: Context, node: str | None, directive: dict[str, str]
) -> dict[str, Json]:
    """The values that a directive's references lead to."""
    sight = Sight(frame, context, node)
    return {key: resolve(text, sight) for key, text in directive.items()}


def _begin_kind(frame: Frame, context: Context, node: AnyNode, now: datetime) -> Frame:
    match node:
        case EntryNode() | PlainNode() | EndNode():
            return finish(frame, context, node.id, frame.runs[node.id].input, now)
        case ServiceNode() | HttpNode():
            return call(frame, context, node, now)
        case BranchNode():
            return _branch(frame, context, node, now)
        case LoopNode():
            return _loop(frame, context, node, now)
        case _:  # pragma: no cover - there are seven kinds
            raise AssertionError(node)


def call(frame: Frame, context: Context, node: Caller, now: datetime) -> Frame:
    """Order the next attempt of a call; a wait for an instance keeps its deadline."""
    run, rules = frame.runs[node.id], context.rules
    deadline = run.deadline or now + rules.timeout_of(node)
    again = now + rules.call_again if isinstance(node, ServiceNode) else deadline
    called = run.to(
        Status.CALLING,
        now,
        attempt=run.attempt + 1,
        deadline=deadline,
        wake_at=min(deadline, again),
        note=None,
    )
    return frame.with_run(node.id, called)


def _branch(frame: Frame, context: Context, node: BranchNode, now: datetime) -> Frame:
    frame, chosen = holds(frame, context, node.id, node.if_)
    side = node.then if chosen else node.else_
    frame = execute(frame, context, node.id, side.exec)
    out = unwrap(frame.runs[node.id].out) or {}
    if side.out:
        out = out | look_up(frame, context, node.id, side.out)
    return finish(frame, context, node.id, out, now, node.next_of(side))


def _loop(frame: Frame, context: Context, node: LoopNode, now: datetime) -> Frame:
    items = resolve(node.items, Sight(frame, context, node.id))
    if not isinstance(items, list):
        kind = type(items).__name__
        return fail(
            frame, context, node.id, f"“{node.items}” is a {kind}, not a list", now
        )
    if len(items) > context.rules.max_items:
        many = (
            f"{len(items)} items: more than {context.rules.max_items} are not allowed"
        )
        return fail(frame, context, node.id, many, now)
    if not items:
        return finish(frame, context, node.id, {}, now)
    run = frame.runs[node.id]
    loop = Loop(items, len(items), min(len(items), concurrency(context, node)))
    looping = run.to(
        Status.LOOPING,
        now,
        attempt=run.attempt + 1,
        loop=loop,
        wake_at=now + context.rules.look_after,
    )
    return frame.with_run(node.id, looping)


def concurrency(context: Context, node: LoopNode) -> int:
    """How many frames of a loop may be open at once."""
    return node.concurrency or context.rules.concurrency


def collected(
    child: Frame, context: Context, node: LoopNode, index: int
) -> dict[str, Json]:
    """What one item's frame contributes; `{}` for a value that it does not have."""
    values: dict[str, Json] = {}
    for key, text in node.collect.items():
        try:
            values[f"{key}{index}"] = resolve(text, Sight(child, context))
        except (UnresolvedReference, BadReference):
            values[f"{key}{index}"] = {}
    return values


def finish(
    frame: Frame,
    context: Context,
    id_: str,
    out: Json | Large,
    now: datetime,
    led_to: tuple[str, ...] | None = None,
) -> Frame:
    """A node succeeded: its code runs, and the end node ends the frame."""
    node = context.graph(frame).nodes[id_]
    led_to = tuple(dict.fromkeys(node.next if led_to is None else led_to))
    run = frame.runs[id_]
    done = run.to(Status.SUCCEEDED, now, out=out, led_to=led_to, error=None)
    try:
        ended = execute(frame.with_run(id_, done), context, id_, node.after)
    except AuthorError as error:
        return fail(frame, context, id_, str(error), now)
    if isinstance(node, EndNode):
        return end(ended, context.rules, FrameStatus.FINISHED, now)
    return ended


def fail(frame: Frame, context: Context, id_: str, reason: str, now: datetime) -> Frame:
    """A node failed for good: so did its frame."""
    frame = frame.with_run(id_, frame.runs[id_].to(Status.FAILED, now, error=reason))
    said = replace(frame, failed_node=id_, error=f"node {id_}: {reason}")
    return end(said, context.rules, FrameStatus.FAILED, now)


def end(frame: Frame, rules: Rules, status: FrameStatus, now: datetime) -> Frame:
    """Nothing of the frame goes on: what still ran is cancelled."""
    runs = {id_: _cancelled(run, now) for id_, run in frame.runs.items()}
    due_at = now + rules.call_again
    push = replace(frame.push, due_at=due_at) if frame.push else None
    erase_at = None if frame.parent else now + rules.retention
    return replace(
        frame, status=status, runs=runs, push=push, ended_at=now, erase_at=erase_at
    )


def spoiled(frame: Frame, rules: Rules, now: datetime) -> Frame:
    """The engine itself made a mistake: a task must not hang because of it."""
    if not frame.open:
        return frame
    said = replace(frame, error="the engine failed to decide how to go on: see its log")
    return end(said, rules, FrameStatus.FAILED, now)


def _cancelled(run: Run, now: datetime) -> Run:
    return run.to(Status.CANCELLED, now) if run.active else run
