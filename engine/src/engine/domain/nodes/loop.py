"""How a loop begins, and what each of its items contributes to its output."""

from datetime import datetime

from engine.domain.budget import concurrency
from engine.domain.checks.words import described
from engine.domain.context import Context
from engine.domain.directives import Collect
from engine.domain.errors import BadDirective, UnresolvedReference
from engine.domain.frame import Frame
from engine.domain.nodes.end import fail, finish
from engine.domain.pipeline import LOOP_END, LoopNode
from engine.domain.references import resolve
from engine.domain.room import with_room
from engine.domain.run import Loop, Status
from engine.domain.run_faults import Cause, RunFault
from engine.domain.scope import Sight
from engine.domain.values import Json


def open_loop(frame: Frame, context: Context, node: LoopNode, now: datetime) -> Frame:
    """Order the frames of the first items; a loop over nothing has finished."""
    try:
        items = resolve(node.list_of_items, Sight(frame, context, node.id))
    except BadDirective as error:
        raise error.within("items") from None

    problem = _problem(node, items, context.rules.max_items)
    if problem:
        return fail(frame, context, node.id, fault=problem, now=now)
    if not items:
        nothing = Collected(node, total=0).out
        return finish(frame, context, node.id, out=nothing, now=now)

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


def _problem(node: LoopNode, items: Json, max_items: int) -> RunFault | None:
    """Why nothing can be looped over."""
    if not isinstance(items, list):
        message = f"“{node.items}” is {described(items)}, not a list"
        return RunFault.of(Cause.NOT_A_LIST, message, field="items")

    count = len(items)
    if count > max_items:
        message = f"{count} items are more than the limit of {max_items} (MAX_ITEMS)"
        return RunFault.of(Cause.TOO_MANY_ITEMS, message, field="items")
    return None


class Collected:
    """What the frames of a loop give together; they are added one by one."""

    def __init__(self, node: LoopNode, total: int) -> None:
        self._collects = node.collects
        self.out: dict[str, Json] = {
            key: [None] * total
            for key, collect in node.collects.items()
            if collect.as_list
        }

    def add(self, child: Frame, context: Context, index: int) -> list[Json]:
        """The values of one item's frame, which are in `out` from now on."""
        sight = None if _gave_up(child) else Sight(child, context)
        values: list[Json] = []

        for key, collect in self._collects.items():
            value = _collected(collect, sight)
            values.append(value)

            if collect.as_list:
                self.out[key][index] = value
            else:
                self.out[f"{key}{index}"] = value
        return values


def _collected(collect: Collect, sight: Sight | None) -> Json:
    """What an item's frame has for a key; without a sight it contributes nothing."""
    if sight:
        try:
            return resolve(collect.reference, sight)
        except UnresolvedReference:
            # A branch of the body may have passed by the node that gives it.
            pass
    return None if collect.as_list else {}


def _gave_up(child: Frame) -> bool:
    """Whether a failure ended the frame, caught by `"catch": ["loopEnd"]`."""
    return any(run.caught and LOOP_END in run.led_to for run in child.runs.values())
