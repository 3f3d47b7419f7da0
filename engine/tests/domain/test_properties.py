"""What holds for every pipeline and every order of events."""

from datetime import timedelta
from typing import Any

from documents import end, service, starting_with
from engine.domain import messages as m
from engine.domain.advance import advance
from engine.domain.effects import effects
from engine.domain.frame import Frame, FramePath, FrameStatus
from engine.domain.rules import Rules
from engine.domain.run import Status
from engine.domain.values import Json
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from simulation import NOON, TASK, Simulation
from strategies import pipelines

RULES = Rules(max_rounds=3)
MANY = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def result(path: str, node: str) -> Json:
    """What a service answers depends on nothing but whom it answers."""
    return {"flag": hash_of(path + node) % 2 == 0, "item": node}


def outcome(simulation: Simulation, path: FramePath, order: m.CallNode) -> m.Event:
    """What comes of a call: of those whose failure is caught some fail."""
    frame = simulation.frames[path]
    node = simulation.program.graph(frame.loops).nodes[order.node]
    if node.catch and hash_of(order.node + path) % 3 == 0:
        return m.NodeFailed(order.node, order.attempt, "no", final=True)
    return m.NodeFinished(order.node, order.attempt, result(path, order.node))


def let_time_pass(simulation: Simulation) -> bool:
    """Wait for the next delay if nothing else is left to do; whether there is one."""
    frames = simulation.frames.values()
    waits = any(run.status is Status.WAITING for f in frames for run in f.runs.values())
    if waits:
        simulation.wait_until_due()
    return waits


def hash_of(text: str) -> int:
    return sum(text.encode())


def answer_in_any_order(simulation: Simulation, data: st.DataObject) -> None:
    """Answer the calls under way in an order that is drawn, some of them twice."""
    answered: list[tuple[FramePath, m.Event]] = []
    while simulation.calls or let_time_pass(simulation):
        if not simulation.calls:
            continue
        at = data.draw(st.integers(0, len(simulation.calls) - 1))
        path, order = simulation.calls.pop(at)
        event = outcome(simulation, path, order)
        answered.append((path, event))
        simulation.post(event, path)
        again, repeated = data.draw(st.sampled_from(answered))
        simulation.post(repeated, again)


@MANY
@given(pipelines(), st.data())
def test_a_task_always_reaches_an_end_or_an_error(
    document: Json, data: st.DataObject
) -> None:
    simulation = Simulation(document, {}, RULES)

    answer_in_any_order(simulation, data)

    assert all(not frame.open for frame in simulation.frames.values())
    assert (simulation.task.error is None) == (
        simulation.task.status is FrameStatus.FINISHED
    )


@MANY
@given(pipelines(), st.data())
def test_a_caught_failure_never_fails_the_task(
    document: Json, data: st.DataObject
) -> None:
    simulation = Simulation(document, {}, RULES)

    answer_in_any_order(simulation, data)

    runs = [run for frame in simulation.frames.values() for run in frame.runs.values()]
    codes = {frame.fault.code for frame in simulation.frames.values() if frame.fault}
    assert all(run.caught for run in runs if run.fault and run.fault.code == "failed")
    # What else may end it: too many rounds, a path too few, an `if` without its flag.
    assert codes <= {"too-many-rounds", "stuck", "code-failed"}


class Watched(Simulation):
    """Checks after every event that no open frame is left without a wake-up."""

    def post(self, event: m.Event, path: str = TASK) -> None:
        super().post(event, path)
        waiting = [f for f in self.frames.values() if f.open]
        assert all(frame.wake_at is not None for frame in waiting)


@MANY
@given(pipelines(), st.data())
def test_every_open_frame_has_something_it_waits_for(
    document: Json, data: st.DataObject
) -> None:
    answer_in_any_order(Watched(document, {}, RULES), data)


@MANY
@given(pipelines(), st.data())
def test_a_frame_that_ended_orders_nothing_any_more(
    document: Json, data: st.DataObject
) -> None:
    simulation = Simulation(document, {}, RULES)
    answer_in_any_order(simulation, data)

    for frame in simulation.frames.values():
        for event in every_event(frame):
            after = advance(frame, simulation.context(frame), event, simulation.now)

            assert after is frame
            assert not list(effects(frame, after))


def every_event(frame: Frame) -> list[m.Event]:
    events: list[m.Event] = [
        m.Started(),
        m.TimeElapsed(restarted=True),
        m.TimeElapsed(restarts={"http://x": NOON + timedelta(days=1)}),
        m.CancelRequested("no"),
    ]
    for node_id, run in frame.runs.items():
        events += [
            m.NodeFinished(node_id, run.attempt, {}),
            m.NodeFailed(node_id, run.attempt, "no"),
            m.NodeAcknowledged(node_id, run.attempt, "http://x"),
            m.NodeProgressed(node_id, run.attempt, "half"),
            m.ResultRefused(node_id, run.attempt, "a list"),
            m.FrameEnded(node_id, run.attempt, 0),
        ]
    return events


def without_races(document: Json) -> bool:
    """Where neither a `ready` nor the end decides by who comes first."""
    text = repr(document)
    return "'ready'" not in text and not _ends_alone(document["nodes"])


def _ends_alone(nodes: list[dict[str, Any]]) -> bool:
    inner = [node["nodes"] for node in nodes if node["type"] == "loop"]
    return any(map(_leads_nowhere, nodes)) or any(map(_ends_alone, inner))


def _leads_nowhere(node: dict[str, Any]) -> bool:
    if node["type"] == "branch":
        sides = (node["then"], node["else"])
        return not all(side.get("next", node.get("next")) for side in sides)
    return node["type"] != "end" and not node.get("next")


@MANY
@given(pipelines().filter(without_races), st.data())
def test_any_order_and_repetition_of_results_gives_the_same_end(
    document: Json, data: st.DataObject
) -> None:
    straight = Simulation(document, {}, RULES)
    shuffled = Simulation(document, {}, RULES)

    while straight.calls or let_time_pass(straight):
        if straight.calls:
            path, order = straight.calls.pop(0)
            straight.post(outcome(straight, path, order), path)
    answer_in_any_order(shuffled, data)

    assert shuffled.task.status is straight.task.status
    if straight.task.status is FrameStatus.FINISHED:
        assert statuses_and_outputs(shuffled) == statuses_and_outputs(straight)


class Interrupted(Watched):
    """Its turns have no time: each ends as soon as it may."""

    def is_over(self) -> bool:
        return True


@MANY
@given(pipelines(), st.data())
def test_a_task_whose_turns_have_no_time_reaches_its_end(
    document: Json, data: st.DataObject
) -> None:
    simulation = Interrupted(document, {}, RULES)

    answer_in_any_order(simulation, data)

    frames = simulation.frames.values()
    assert all(not frame.open and not frame.unfollowed for frame in frames)


@MANY
@given(pipelines().filter(without_races), st.data())
def test_turns_that_have_no_time_lead_to_the_same_end(
    document: Json, data: st.DataObject
) -> None:
    straight = Simulation(document, {}, RULES)
    interrupted = Interrupted(document, {}, RULES)

    answer_in_any_order(straight, data)
    answer_in_any_order(interrupted, data)

    assert interrupted.task.status is straight.task.status
    if straight.task.status is FrameStatus.FINISHED:
        assert statuses_and_outputs(interrupted) == statuses_and_outputs(straight)


def statuses_and_outputs(simulation: Simulation) -> dict[str, Any]:
    return {
        path: {id_: (run.status, run.out) for id_, run in frame.runs.items()}
        for path, frame in simulation.frames.items()
    }


FAN = starting_with(
    {"id": "fan", "type": "node", "next": [f"n{i}" for i in range(8)]},
    *(service(f"n{i}", "done") for i in range(8)),
    end("done"),
)
EVENTS: list[m.Event] = [
    *(m.NodeFinished(f"n{i}", 1, {f"k{i}": i}) for i in range(8)),
    *(m.NodeAcknowledged(f"n{i}", 1, "http://x") for i in range(8)),
    *(m.NodeProgressed(f"n{i}", 1, "half") for i in range(8)),
    *(m.ResultRefused(f"n{i}", 1, "a list") for i in range(8)),
    *(m.NodePostponed("n0", 2, "busy") for _ in range(2)),
    *(m.NodeFailed("n1", 2, "no") for _ in range(2)),
    m.TimeElapsed(),
]


@MANY
@given(st.permutations(EVENTS), st.lists(st.sampled_from(EVENTS), max_size=20))
def test_the_same_events_in_any_order_and_number_give_the_same_frame(
    order: list[m.Event], repeats: list[m.Event]
) -> None:
    straight = Simulation(FAN)
    shuffled = Simulation(FAN)

    for event in EVENTS:
        straight.post(event)
    for event in order + repeats:
        shuffled.post(event)

    assert without_history(shuffled.task) == without_history(straight.task)


def without_history(frame: Frame) -> Frame:
    # Whether an instance was heard of before the result depends on the order, too.
    runs = {
        id_: replace(run, history=(), last_instance=None)
        for id_, run in frame.runs.items()
    }
    return replace(frame, runs=runs)
