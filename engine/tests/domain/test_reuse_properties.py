"""What holds for every task that continues another one."""

from typing import Any

from continued import Continued
from engine.domain import messages as m
from engine.domain.frame import FrameStatus
from engine.domain.rules import Rules
from engine.domain.values import Json
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from simulation import TASK, Simulation
from strategies import pipelines

RULES = Rules(max_rounds=3)
MANY = settings(
    # To shrink an example takes minutes on a busy machine.
    phases=(Phase.reuse, Phase.generate),
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def changed(document: Json, draw: Any) -> Json:
    """The document with another constant in one of its nodes, or none."""
    at = draw(st.integers(-1, len(document["nodes"]) - 1))
    nodes = [dict(one) for one in document["nodes"]]
    if at >= 0 and nodes[at]["type"] not in ("entry", "end"):
        nodes[at]["params"] = {**nodes[at].get("params", {}), "level": 100}
    return {**document, "nodes": nodes}


def stopped(document: Json, draw: Any) -> Simulation:
    """A task that ran to its end, failed, or was cancelled on its way."""
    simulation = Simulation(document, {"flag": True}, RULES)
    for _ in range(draw(st.integers(0, 30))):
        if simulation.calls:
            path, order = simulation.calls.pop(0)
            event: m.Event = m.NodeFinished(
                order.node, order.attempt, result(order.node)
            )
            if draw(st.integers(0, 9)) == 0:
                event = m.NodeFailed(order.node, order.attempt, "no", final=True)
            simulation.post(event, path)
        elif simulation.task.open:
            simulation.wait_until_due()
    if simulation.task.open:
        simulation.post(m.CancelRequested("enough"))
    return simulation


def result(node_id: str) -> Json:
    return {"flag": sum(node_id.encode()) % 2 == 0, "item": node_id}


def finished(simulation: Simulation) -> list[str]:
    """The nodes of the task that were called until its end."""
    called = []
    while simulation.task.open:
        if not simulation.calls:
            # Some nodes have a `delay`.
            simulation.wait_until_due()
            continue
        path, order = simulation.calls.pop(0)
        called.append(order.node if path == TASK else "")
        out = result(order.node)
        simulation.post(m.NodeFinished(order.node, order.attempt, out), path)
    return called


@MANY
@given(pipelines(), st.data())
def test_a_kept_node_is_never_called_again(document: Json, data: st.DataObject) -> None:
    old = stopped(document, data.draw)
    new = changed(document, data.draw)

    again = Continued(old, new, again=data.draw(st.sets(ids_of(new), max_size=1)))
    called = finished(again)

    assert not again.kept.keys() & set(called)
    assert not again.task.open


def ids_of(document: Json) -> st.SearchStrategy[str]:
    return st.sampled_from([node["id"] for node in document["nodes"]])


def without_races(document: Json) -> Json:
    """Where nothing is decided by who comes first, in a fresh task neither."""
    return {**document, "nodes": joined(document["nodes"], "end")}


def joined(nodes: list[Json], last: str) -> list[Json]:
    """The nodes without `ready`; each that led nowhere leads to the last one."""
    made = []
    for one in nodes:
        node = {key: value for key, value in one.items() if key != "ready"}
        if node["type"] == "loop":
            node["nodes"] = joined(node["nodes"], "loopEnd")
        if node["type"] == "branch":
            for side in ("then", "else"):
                node[side] = {"next": node.get("next", [last])} | node[side]
        elif node["type"] != "end" and not node.get("next"):
            node["next"] = [last]
        made.append(node)
    return made


@MANY
@given(pipelines().map(without_races), st.data())
def test_a_continued_task_ends_as_a_fresh_one(
    document: Json, data: st.DataObject
) -> None:
    old = stopped(document, data.draw)
    new = changed(document, data.draw)
    request = data.draw(st.sampled_from([{"flag": True}, {"flag": False}, {"n": 1}]))

    again = Continued(old, new, request)
    finished(again)
    fresh = Simulation(new, request, RULES)
    finished(fresh)

    assert again.task.status is fresh.task.status
    # Where two cycles turn for ever side by side, either may be the first to fail.
    if fresh.task.status is FrameStatus.FINISHED:
        assert again.statuses() == fresh.statuses()
        assert outs(again) == outs(fresh)


def outs(simulation: Simulation) -> Json:
    return {node_id: run.out for node_id, run in simulation.task.runs.items()}
