"""How frames are made: the root frame of a task, and one for each item of a loop."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from msgspec.structs import replace

from engine.domain.budget import width_of_item
from engine.domain.context import Context
from engine.domain.frame import Frame, FramePath, Parent, Push
from engine.domain.gate import Admitted
from engine.domain.graph import Program
from engine.domain.pipeline import LoopNode
from engine.domain.reuse import reused
from engine.domain.room import bytes_of_values
from engine.domain.run import Run
from engine.domain.sizes import Sizes
from engine.domain.values import unwrap

NOTHING_KEPT: Mapping[str, Run] = MappingProxyType({})


def new_task(
    path: FramePath,
    program: Program,
    *,
    data: Admitted,
    now: datetime,
    push: Push | None = None,
    depth: int = 0,
    owner: str = "",
    space: str = "",
    trace: str = "",
    trial: bool = False,
    continues: str = "",
    kept: Mapping[str, Run] = NOTHING_KEPT,
    stored_bytes: int = 0,
) -> Frame:
    """The root frame of a task: the entry holds the data of the request.

    `kept` are the runs of another task that have a place in this one. `stored_bytes`
    are those of the binaries that came with the data.
    """
    pipeline = program.pipeline
    graph = program.graph()
    runs = dict.fromkeys(graph.nodes, Run())
    runs[pipeline.entry.id] = Run(input=data)
    for node_id, run in kept.items():
        runs[node_id] = reused(run, graph.nodes[node_id], now)

    frame = Frame(
        path=path,
        route=pipeline.route,
        version=pipeline.version,
        created_at=now,
        push=push,
        depth=depth,
        owner=owner,
        space=space,
        trace=trace,
        trial=trial,
        continues=continues,
        notes_changes=graph.has_statements,
        runs=runs,
        stored_bytes=stored_bytes,
    )
    if not kept:
        return frame
    return replace(frame, value_bytes=bytes_of_values(frame, Sizes()))


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
        owner=outer.owner,
        space=outer.space,
        trace=outer.trace,
        trial=outer.trial,
        width=width_of_item(context, outer, node, run.loop.total),
        runs=dict.fromkeys(context.program.graph(loops).nodes, Run()),
    )
