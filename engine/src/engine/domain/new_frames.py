"""How frames are made: the root frame of a task, and one for each item of a loop."""

from datetime import datetime

from engine.domain.budget import width_of_item
from engine.domain.context import Context
from engine.domain.frame import Frame, FramePath, Parent, Push
from engine.domain.gate import Admitted
from engine.domain.graph import Program
from engine.domain.pipeline import LoopNode
from engine.domain.run import Run
from engine.domain.values import unwrap


def new_task(
    path: FramePath,
    program: Program,
    *,
    data: Admitted,
    now: datetime,
    push: Push | None = None,
    depth: int = 0,
) -> Frame:
    """The root frame of a task: the entry holds the data of the request."""
    pipeline = program.pipeline
    runs = dict.fromkeys(program.graph().nodes, Run())
    runs[pipeline.entry.id] = Run(input=data)

    return Frame(
        path=path,
        route=pipeline.route,
        version=pipeline.version,
        created_at=now,
        push=push,
        depth=depth,
        runs=runs,
    )


def new_child(
    outer: Frame,
    context: Context,
    node_id: str,
    *,
    index: int,
    now: datetime,
) -> Frame:
    """The frame of one item of a loop that runs in `outer`."""
    run = outer.runs[node_id]
    assert run.loop is not None  # nosec B101 # a run that loops has it
    node = context.graph(outer).nodes[node_id]
    assert isinstance(node, LoopNode)  # nosec B101 # only these loop
    loops = (*outer.loops, node_id)

    parent = Parent(
        path=outer.path,
        node=node_id,
        attempt=run.attempt,
        index=index,
        item=unwrap(run.loop.items)[index],
    )
    return Frame(
        path=outer.child_path(node_id, index),
        route=outer.route,
        version=outer.version,
        created_at=now,
        loops=loops,
        parent=parent,
        depth=outer.depth,
        origin=outer.origin,
        width=width_of_item(context, outer, node, run.loop.total),
        runs=dict.fromkeys(context.program.graph(loops).nodes, Run()),
    )
