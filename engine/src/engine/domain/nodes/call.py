"""How a service or http node begins: it orders a call."""

from datetime import datetime

from engine.domain.context import Context
from engine.domain.frame import Frame
from engine.domain.pipeline import Caller, ServiceNode
from engine.domain.run import Status


def order_call(frame: Frame, context: Context, node: Caller, now: datetime) -> Frame:
    """Order the next attempt of a call."""
    run = frame.runs[node.id]
    rules = context.rules

    # A call that waited for a free instance keeps its deadline: a service that is
    # always busy would else be waited for without end.
    deadline = run.deadline or now + rules.timeout_of(node)

    # An acknowledgement may be lost, so a service is called again if none is heard.
    # An http node has no acknowledgement: its answer is the result.
    wake_at = deadline
    if isinstance(node, ServiceNode):
        wake_at = min(deadline, now + rules.call_again)

    called = run.to(
        Status.CALLING,
        now,
        attempt=run.attempt + 1,
        deadline=deadline,
        wake_at=wake_at,
        note=None,
        given_at=None,
        refused=None,
        refusals=0,
    )
    return frame.with_run(node.id, called)
