"""How much one task may multiply: the frames it makes, and those open at once.

Loops within loops and pipelines that call pipelines multiply. Two bounds hold for a
task together with all that it called (docs/decisions/0012):

* Frames made, ever: they are counted (`usecases/budgets.py`), so that a task may spend
  them as unevenly as it likes. Beyond the bound the task fails.
* Frames open at once: each frame carries a *width*, its share of the bound, and
  divides it among the frames inside. A small width makes loops slower, and nothing
  fails. At least one frame may always be open, so that each loop comes to its end.
"""

from engine.domain.context import Context
from engine.domain.frame import Frame
from engine.domain.graph import Graph
from engine.domain.pipeline import LoopNode

NODES_PER_UNIT = 10
"""A frame of a thousand nodes takes as much space as a hundred small ones."""


def weight(graph: Graph) -> int:
    """How many frames one frame of a graph counts for: one for every ten nodes begun.

    >>> from engine.domain.pipeline import PlainNode
    >>> nodes = [PlainNode(id=f"n{n}", type="node") for n in range(25)]
    >>> weight(Graph(nodes[:1])), weight(Graph(nodes))
    (1, 3)
    """
    return 1 + len(graph.nodes) // NODES_PER_UNIT


def concurrency(context: Context, frame: Frame, node: LoopNode) -> int:
    """How many frames of a loop may be open at once."""
    wanted = node.concurrency or context.rules.concurrency
    return min(wanted, _width_of_each_loop(context, frame))


def width_of_item(context: Context, frame: Frame, node: LoopNode, total: int) -> int:
    """The width of one item's frame, in a loop over `total` items."""
    open_at_once = min(total, concurrency(context, frame, node))
    return max(1, _width_of_each_loop(context, frame) // open_at_once)


def width_of_call(context: Context, frame: Frame) -> int:
    """The width of a task that a node of this frame calls."""
    # All of them may call at the same time.
    return max(1, _width(context, frame) // context.graph(frame).calls)


def _width_of_each_loop(context: Context, frame: Frame) -> int:
    # All loops of a frame may be open at the same time.
    return max(1, _width(context, frame) // context.graph(frame).loops)


def _width(context: Context, frame: Frame) -> int:
    if frame.width is None:
        return context.rules.max_open_frames
    return min(frame.width, context.rules.max_open_frames)
