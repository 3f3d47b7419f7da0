"""What a node can see, and what it is told when there is nothing to see."""

import pytest
from documents import end, service, starting_with
from engine.domain.errors import UnresolvedReference
from engine.domain.references import Reference, resolve
from engine.domain.scope import Sight, Views
from simulation import Simulation

SIMULATION = Simulation(starting_with(service("work", "done"), end("done")), {"a": [1]})


def see(text: str) -> object:
    context = SIMULATION.context(SIMULATION.task)
    return resolve(Reference.parse(text), Sight(SIMULATION.task, context, "work"))


def test_a_reference_leads_to_what_a_node_gave_or_received() -> None:
    assert see("start.out.a.0") == 1
    assert see("node.input") == {"a": [1]}
    assert see("work.params") == {}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("work.out.x", "no “out” in work (work is calling)"),
        ("unknown.out", "no “unknown” in the pipeline"),
        ("loop.unknown.out", "no “unknown” in this loop's body"),
        ("node._loop", "there is an item only in a loop"),
        ("start.out.b", "no “b” in start.out (it has a)"),
    ],
)
def test_a_reference_that_leads_nowhere_says_what_is_missing(
    text: str, why: str
) -> None:
    with pytest.raises(UnresolvedReference) as error:
        see(text)

    assert why in str(error.value)


def test_code_sees_every_node_by_its_id_and_no_other() -> None:
    views = Views(SIMULATION.task, SIMULATION.context(SIMULATION.task))

    assert len(views) == 3
    assert views["start"]["finished"] is True
    with pytest.raises(KeyError):
        views["unknown"]
