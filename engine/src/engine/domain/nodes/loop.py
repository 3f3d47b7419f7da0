"""How a loop begins, and what each of its items contributes to its output."""

from datetime import datetime

from engine.domain.budget import concurrency
from engine.domain.checks.words import described
from engine.domain.context import Context
from engine.domain.errors import BadReference, UnresolvedReference
from engine.domain.frame import Frame
from engine.domain.nodes.end import fail, finish
from engine.domain.pipeline import LoopNode
from engine.domain.references import resolve
from engine.domain.room import with_room
from engine.domain.run import Loop, Status
from engine.domain.scope import Sight
from engine.domain.values import Json


def open_loop(frame: Frame, context: Context, node: LoopNode, now: datetime) -> Frame:
    """Order the frames of the first items; a loop over nothing has finished."""
    items = resolve(node.items, Sight(frame, context, node.id))
    problem = _problem(node, items, context.rules.max_items)
    if problem:
        return fail(frame, context, node.id, reason=problem, now=now)
    if not items:
        return finish(frame, context, node.id, out={}, now=now)

    # They are kept with the loop, apart from the value that they are part of.
    frame = with_room(frame, context, "the list of items", items)

    opened = min(len(items), concurrency(context, frame, node))
    run = frame.runs[node.id]
    looping = run.to(
        Status.LOOPING,
        now,
        attempt=run.attempt + 1,
        loop=Loop(items=items, total=len(items), opened=opened),
        wake_at=now + context.rules.look_after,
    )
    return frame.with_run(node.id, looping)


def _problem(node: LoopNode, items: Json, max_items: int) -> str | None:
    """Why nothing can be looped over."""
    if not isinstance(items, list):
        return f"“{node.items}” is {described(items)}, not a list"
    if len(items) > max_items:
        return f"{len(items)} items are more than the limit of {max_items} (MAX_ITEMS)"
    return None


def collected(
    child: Frame,
    context: Context,
    node: LoopNode,
    index: int,
) -> dict[str, Json]:
    """What one item's frame contributes; `{}` for a value that it does not have."""
    values: dict[str, Json] = {}

    for key, reference in node.collect.items():
        try:
            value = resolve(reference, Sight(child, context))
        except (UnresolvedReference, BadReference):
            # A branch of the body may have passed by the node that gives it.
            value = {}
        values[f"{key}{index}"] = value

    return values
