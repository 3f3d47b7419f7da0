"""How a branch begins and ends at once: it chooses a side."""

from datetime import datetime

from engine.domain.context import Context
from engine.domain.frame import Frame
from engine.domain.gate import joined
from engine.domain.nodes.end import finish
from engine.domain.pipeline import BranchNode
from engine.domain.scope import execute, holds, look_up
from engine.domain.values import unwrap


def choose_side(
    frame: Frame,
    context: Context,
    node: BranchNode,
    now: datetime,
) -> Frame:
    """Evaluate `if`, run the code of the side, and lead where the side leads."""
    frame, chosen = holds(frame, context, node.id, node.if_, field="if")
    side = node.then if chosen else node.else_
    name = "then" if chosen else "else"

    # The code runs before `out` is looked up: references may name what it changed.
    frame = execute(frame, context, node.id, side.exec, field=f"{name}.exec")
    out = unwrap(frame.runs[node.id].out) or {}
    if side.outs:
        named = look_up(frame, context, node.id, side.outs, field=f"{name}.out")
        out = joined([(node.id, out), (node.id, named)])

    led_to = node.next_of(side)
    return finish(frame, context, node.id, out=out, led_to=led_to, now=now)
