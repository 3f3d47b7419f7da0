"""How a node begins: its input, its code, and what its kind does."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from engine.domain.context import Context
from engine.domain.frame import Frame
from engine.domain.gate import joined
from engine.domain.nodes.branch import choose_side
from engine.domain.nodes.call import order_call
from engine.domain.nodes.end import AuthorError, fail_by, finish
from engine.domain.nodes.loop import open_loop
from engine.domain.pipeline import (
    AnyNode,
    BranchNode,
    EndNode,
    EntryNode,
    HttpNode,
    LoopNode,
    PlainNode,
    ServiceNode,
)
from engine.domain.room import with_room
from engine.domain.run import Status
from engine.domain.scope import Sight, execute, failure_of, look_up
from engine.domain.values import Json, Large, is_blob, unwrap


def wait_or_begin(
    frame: Frame,
    context: Context,
    node_id: str,
    *,
    led_by: Sequence[str],
    now: datetime,
) -> Frame:
    """Start a node that was led to by others, or let it wait for its `delay`."""
    wait = context.graph(frame).nodes[node_id].wait
    if not wait:
        return begin(frame, context, node_id, led_by=led_by, now=now)

    # The instant is kept and not what is left of the wait: a restart changes nothing.
    wake_at = now + wait
    waiting = frame.runs[node_id].to(
        Status.WAITING,
        now,
        led_by=tuple(led_by),
        wake_at=wake_at,
        note=f"its delay, until {wake_at.isoformat(timespec='seconds')}",
    )
    return frame.with_run(node_id, waiting)


def begin(
    frame: Frame,
    context: Context,
    node_id: str,
    *,
    led_by: Sequence[str],
    now: datetime,
) -> Frame:
    """Start a node that was led to by others: its input, its code, its work."""
    node = context.graph(frame).nodes[node_id]
    given = frame.runs[node_id].input

    # A node that was turned back to keeps the output of its last round up to here.
    cleared = replace(
        frame.runs[node_id],
        out=None,
        error=None,
        fault=None,
        led_by=(),
        wake_at=None,
        note=None,
        started_at=now,
    )
    frame = frame.with_run(node_id, cleared)

    try:
        # The entry holds the data of the request since the frame was made.
        if not isinstance(node, EntryNode):
            given = _input(frame, context, node, led_by)

        # What one node alone led here with is handed on as it is.
        if node.input is not None or len(led_by) != 1:
            frame = with_room(frame, context, "its input", given)

        prepared = replace(frame.runs[node_id], input=given)
        frame = frame.with_run(node_id, prepared)
        frame = execute(frame, context, node_id, node.before, field="before")

        return _begin_kind(frame, context, node, now)
    except AuthorError as error:
        return fail_by(frame, context, node_id, error, now)


def _input(
    frame: Frame,
    context: Context,
    node: AnyNode,
    led_by: Sequence[str],
) -> Json | Large:
    """What the node receives: its `input` says so, else what led here gave."""
    if node.inputs is not None:
        return look_up(frame, context, node.id, node.inputs, field="input")
    if not led_by:
        return _item_input(frame)
    if len(led_by) == 1:
        # Handed on as it is: a large value is not copied, it keeps its key.
        return _handed_on(frame, led_by[0])

    return joined([(id_, unwrap(_handed_on(frame, id_))) for id_ in led_by])


def _handed_on(frame: Frame, node_id: str) -> Json | Large:
    """What a node gives to those that it leads to: its output, or why it failed."""
    failure = failure_of(frame, node_id)
    return {"error": failure} if failure else frame.runs[node_id].out


def _item_input(frame: Frame) -> Json:
    """What the first node of a body receives: the item."""
    item = unwrap(frame.parent.item) if frame.parent else {}
    is_object = isinstance(item, dict) and not is_blob(item)

    return item if is_object else {"item": item}


def _with_asked(frame: Frame, context: Context, node: HttpNode) -> Frame:
    """The frame that keeps what the node asks for, if that depends on values."""
    if node.asking.fixed:
        return frame
    asked = node.asking.filled(Sight(frame, context, node.id))
    return frame.with_run(node.id, replace(frame.runs[node.id], asked=asked))


def _begin_kind(frame: Frame, context: Context, node: AnyNode, now: datetime) -> Frame:
    match node:
        case EntryNode() | PlainNode() | EndNode():
            copy = frame.runs[node.id].input
            return finish(frame, context, node.id, out=copy, now=now)
        case ServiceNode():
            return order_call(frame, context, node, now)
        case HttpNode():
            return order_call(_with_asked(frame, context, node), context, node, now)
        case BranchNode():
            return choose_side(frame, context, node, now)
        case LoopNode():
            return open_loop(frame, context, node, now)
        case _:  # pragma: no cover - there are seven kinds
            raise AssertionError(node)
