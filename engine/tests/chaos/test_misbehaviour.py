"""Scenario 5: services do what they should not; tasks end as they should."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from chaos import routes
from chaos.clients import each
from chaos.cluster import EMBEDDED, REPLICAS, Cluster, Kind, on
from chaos.logs import Json, Logs, frames_of
from chaos.misbehaviour import SINGLE_CALL_MISBEHAVIOURS, TOO_LARGE_CHARACTERS
from chaos.scenario import Scenario, run_scenario
from chaos.services import address
from chaos.size import sized
from engine.domain.frame import FramePath
from engine.usecases.callback_ids import CallbackIds

from servers.waiting import until

HELD_TASKS = 5

MISBEHAVIOURS = (*SINGLE_CALL_MISBEHAVIOURS, "swap_results", "hold_result")

UNREACHABLE_ROUTE = "refuse_connection"
UNREACHABLE_URL = "http://127.0.0.1:9/closed"

COME_AGAIN_LATER = ("answer_429", "answer_503")
"""These say when, and that wait is a part of the call's time. The others have little of
it, so that those that never answer are soon given up."""

# Attempts of these behaviours are outdated once the next one is called.
OUTDATED_BEHAVIOURS = ("hold_result", "never_deliver", "never_answer")


@on(EMBEDDED, REPLICAS)
async def test_services_may_misbehave(tmp_path: Path, kind: Kind) -> None:
    times = sized(20, 2)
    forgeries = sized(10_000, 500)
    max_json = TOO_LARGE_CHARACTERS * 2 // 3
    cluster = Cluster(tmp_path, kind, MAX_JSON=str(max_json))

    async with run_scenario(5, cluster) as scenario:
        await publish_misbehaviours(scenario)
        for number in range(HELD_TASKS):
            await scenario.clients.start("hold_result", number)

        behaviours = (*SINGLE_CALL_MISBEHAVIOURS, "swap_results", UNREACHABLE_ROUTE)
        tasks = [(behaviour, n) for n in range(times) for behaviour in behaviours]

        async def run_one(task: tuple[str, int]) -> None:
            route, number = task
            accepted = await scenario.clients.start(route, number)
            await scenario.clients.follow(accepted.task)

        await each(tasks, run_one)
        await until(
            lambda: held(scenario.read_services_log()) == HELD_TASKS,
            # Each look reads the log.
            look_seconds=0.05,
        )
        forged = await send_forged_results(scenario, forgeries)
        await scenario.clients.release(scenario.address_of("release"))
        await scenario.finish()

    for behaviour in MISBEHAVIOURS:
        misdeeds = [one for one in scenario.logs.misdeeds if one.behaviour == behaviour]
        scenario.hits[behaviour] = len(misdeeds)
    refused = [one for one in scenario.logs.accepted if one.route == UNREACHABLE_ROUTE]
    scenario.hits |= {UNREACHABLE_ROUTE: len(refused), **forged}
    scenario.judge(
        "services that misbehave, forged results",
        faults=1,
        errors=frozenset({UNREACHABLE_ROUTE}),
    )


def held(logs: Logs) -> int:
    """How many results are held back."""
    return sum(one.behaviour == "hold_result" for one in logs.executions)


async def publish_misbehaviours(scenario: Scenario) -> None:
    """A route for each misbehaviour, with its name."""
    for behaviour in SINGLE_CALL_MISBEHAVIOURS:
        url = scenario.address_of(behaviour)
        timeout = 60 if behaviour in COME_AGAIN_LATER else 2
        await scenario.publish(routes.single(behaviour, url, timeout=timeout))

    swap = scenario.address_of("swap_results")
    hold = scenario.address_of("hold_result")
    await scenario.publish(
        routes.two_branches("swap_results", swap),
        routes.single("hold_result", hold, timeout=600),
        routes.single(UNREACHABLE_ROUTE, UNREACHABLE_URL, retry=1),
    )


@dataclass(frozen=True)
class Forgery:
    """How a callback id is made that is not valid, and the engine's answer to it."""

    name: str
    status: int
    make: Callable[[random.Random], str]


async def send_forged_results(scenario: Scenario, tries: int) -> dict[str, int]:
    """Send results under callback ids that are not valid: they must change nothing."""
    saw = scenario.read_services_log()
    valid = [one.id for one in saw.executions if one.behaviour == "hold_result"]
    outdated = [one.id for one in saw.misdeeds if one.behaviour in OUTDATED_BEHAVIOURS]
    forgeries = [
        Forgery("forged ids", 404, lambda choices: tampered(choices, valid)),
        Forgery("foreign ids", 404, lambda choices: signed_elsewhere(choices, valid)),
        Forgery("outdated ids", 409, lambda choices: choices.choice(outdated)),
    ]
    before = await all_runs(scenario)

    async def send_one(number: int) -> None:
        forgery = forgeries[number % len(forgeries)]
        callback_id = forgery.make(scenario.choices)
        status, problem = await scenario.clients.report(callback_id)
        assert status == forgery.status, problem

    await each(range(tries), send_one, many=32)

    assert await all_runs(scenario) == before
    return {forgery.name: tries // len(forgeries) for forgery in forgeries}


async def all_runs(scenario: Scenario) -> list[Json]:
    """Every run of every task."""
    tasks = [one.task for one in scenario.logs.accepted]
    raws = [await scenario.clients.raw(task) for task in tasks]
    return [frame["runs"] for raw in raws for frame in frames_of(raw)]


def tampered(choices: random.Random, ids: Sequence[str]) -> str:
    """A valid id with one character changed, or a piece missing."""
    id_ = choices.choice(ids)
    if choices.random() < 0.2:
        return id_[: choices.randrange(len(id_))]

    # The last character of each of the two parts has spare bits: to change these does
    # not change the id.
    places = [place for place, after in enumerate(id_[1:]) if after != "."]
    place = choices.choice(places)
    other = choices.choice([one for one in "Aa0-_.é\0" if one != id_[place]])
    return id_[:place] + other + id_[place + 1 :]


def signed_elsewhere(choices: random.Random, ids: Sequence[str]) -> str:
    """The id that another engine would give the same attempt."""
    path, node, attempt = address(choices.choice(ids))
    return CallbackIds(b"another secret").sign(FramePath(path), node, attempt)
