"""How a node of each kind begins, and how it ends well or badly."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

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
from engine.domain.plan import Plan, Rules
from engine.domain.references import resolve
from engine.domain.scope import Sight, execute, holds
from engine.domain.values import Json, Large, is_blob, unwrap

AuthorError = (BadReference, UnresolvedReference, CodeFailed)
"""What an author of a pipeline did wrong, found when a node ran."""


def begin(
    frame: Frame, plan: Plan, id_: str, led_by: Sequence[str], now: datetime
) -> Frame:
    """Start a node: prepare its input, run its code, do what its kind does."""
    node, given = plan.graph(frame).nodes[id_], frame.runs[id_].input
    frame = frame.with_run(id_, replace(frame.runs[id_], out=None, started_at=now))
    try:
        if not isinstance(node, EntryNode):
            given = _input(frame, plan, node, led_by)
        frame = frame.with_run(id_, replace(frame.runs[id_], input=given))
        frame = execute(frame, plan, id_, node.before)
        return _begin_kind(frame, plan, node, now)
    except AuthorError as error:
        return fail(frame, plan, id_, str(error), now)


def _input(
    frame: Frame, plan: Plan, node: AnyNode, led_by: Sequence[str]
) -> Json | Large:
    if node.input is not None:
        return look_up(frame, plan, node.id, node.input)
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
    frame: Frame, plan: Plan, node: str | None, directive: dict[str, str]
) -> dict[str, Json]:
    """The values that a directive's references lead to."""
    sight = Sight(frame, plan, node)
    return {key: resolve(text, sight) for key, text in directive.items()}


def _begin_kind(frame: Frame, plan: Plan, node: AnyNode, now: datetime) -> Frame:
    match node:
        case EntryNode() | PlainNode() | EndNode():
            return finish(frame, plan, node.id, frame.runs[node.id].input, now)
        case ServiceNode() | HttpNode():
            return call(frame, plan, node, now)
        case BranchNode():
            return _branch(frame, plan, node, now)
        case LoopNode():
            return _loop(frame, plan, node, now)
        case _:  # pragma: no cover - there are seven kinds
            raise AssertionError(node)


def call(frame: Frame, plan: Plan, node: Caller, now: datetime) -> Frame:
    """Order the next attempt of a call; a wait for an instance keeps its deadline."""
    run, rules = frame.runs[node.id], plan.rules
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


def _branch(frame: Frame, plan: Plan, node: BranchNode, now: datetime) -> Frame:
    frame, chosen = holds(frame, plan, node.id, node.if_)
    side = node.then if chosen else node.else_
    frame = execute(frame, plan, node.id, side.exec)
    out = unwrap(frame.runs[node.id].out) or {}
    if side.out:
        out = out | look_up(frame, plan, node.id, side.out)
    return finish(frame, plan, node.id, out, now, node.next_of(side))


def _loop(frame: Frame, plan: Plan, node: LoopNode, now: datetime) -> Frame:
    items = resolve(node.items, Sight(frame, plan, node.id))
    if not isinstance(items, list):
        kind = type(items).__name__
        return fail(
            frame, plan, node.id, f"“{node.items}” is a {kind}, not a list", now
        )
    if len(items) > plan.rules.max_items:
        many = f"{len(items)} items: more than {plan.rules.max_items} are not allowed"
        return fail(frame, plan, node.id, many, now)
    if not items:
        return finish(frame, plan, node.id, {}, now)
    run = frame.runs[node.id]
    loop = Loop(items, len(items), min(len(items), concurrency(plan, node)))
    looping = run.to(
        Status.LOOPING,
        now,
        attempt=run.attempt + 1,
        loop=loop,
        wake_at=now + plan.rules.look_after,
    )
    return frame.with_run(node.id, looping)


def concurrency(plan: Plan, node: LoopNode) -> int:
    """How many frames of a loop may be open at once."""
    return node.concurrency or plan.rules.concurrency


def collected(child: Frame, plan: Plan, node: LoopNode, index: int) -> dict[str, Json]:
    """What one item's frame contributes; `{}` for a value that it does not have."""
    values: dict[str, Json] = {}
    for key, text in node.collect.items():
        try:
            values[f"{key}{index}"] = resolve(text, Sight(child, plan))
        except (UnresolvedReference, BadReference):
            values[f"{key}{index}"] = {}
    return values


def finish(
    frame: Frame,
    plan: Plan,
    id_: str,
    out: Json | Large,
    now: datetime,
    led_to: tuple[str, ...] | None = None,
) -> Frame:
    """A node succeeded: its code runs, and the end node ends the frame."""
    node = plan.graph(frame).nodes[id_]
    led_to = tuple(dict.fromkeys(node.next if led_to is None else led_to))
    run = frame.runs[id_]
    done = run.to(Status.SUCCEEDED, now, out=out, led_to=led_to, error=None)
    try:
        ended = execute(frame.with_run(id_, done), plan, id_, node.after)
    except AuthorError as error:
        return fail(frame, plan, id_, str(error), now)
    if isinstance(node, EndNode):
        return end(ended, plan.rules, FrameStatus.FINISHED, now)
    return ended


def fail(frame: Frame, plan: Plan, id_: str, reason: str, now: datetime) -> Frame:
    """A node failed for good: so did its frame."""
    frame = frame.with_run(id_, frame.runs[id_].to(Status.FAILED, now, error=reason))
    said = replace(frame, failed_node=id_, error=f"node {id_}: {reason}")
    return end(said, plan.rules, FrameStatus.FAILED, now)


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
