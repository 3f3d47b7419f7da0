"""Scenario 5: services do what they should not; tasks end as they should."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from chaos import routes
from chaos.clients import each
from chaos.cluster import EMBEDDED, MANY, Cluster, Kind, on
from chaos.kept import until
from chaos.logs import Json, Logs, frames_of
from chaos.misbehaviour import RUDE, TOO_LARGE
from chaos.services import address
from chaos.size import sized
from chaos.trial import Trial
from engine.domain.frame import FramePath
from engine.usecases.callbacks import CallbackIds

PARKED = 5


@on(EMBEDDED, MANY)
@pytest.mark.timeout(900)
async def test_services_may_misbehave(tmp_path: Path, kind: Kind) -> None:
    times, tries = sized(20, 2), sized(10_000, 500)
    cluster = Cluster(tmp_path, kind, MAX_JSON=str(TOO_LARGE * 2 // 3))
    async with Trial(5, cluster) as trial:
        await publish_rude_ways(trial)
        for number in range(PARKED):
            await trial.clients.start("park", number)
        rude = [(way, n) for n in range(times) for way in (*RUDE, "swap", "refuse")]

        async def one(way: tuple[str, int]) -> None:
            told = await trial.clients.start(*way)
            await trial.clients.follow(told.task)

        await each(rude, one)
        await until(lambda: held(trial.services_saw(), "park") == PARKED)
        forged = await forge(trial, tries)
        await trial.clients.release(trial.way("release"))
        await trial.settle()

    for way in (*RUDE, "swap", "park"):
        misdeeds = [one for one in trial.logs.misdeeds if one.way == way]
        trial.hits[way] = len(misdeeds)
    refused = [told for told in trial.logs.told if told.route == "refuse"]
    trial.hits |= {"refuse": len(refused), **forged}
    errors = frozenset({"refuse"})
    trial.judge("services that misbehave, forged results", faults=1, errors=errors)


def held(logs: Logs, way: str) -> int:
    """How many executions of a way there were."""
    return sum(execution.way == way for execution in logs.executions)


async def publish_rude_ways(trial: Trial) -> None:
    """A route for each way; its name is the way's."""
    for way in RUDE:
        await trial.publish(routes.single(way, trial.way(way), timeout=2))
    await trial.publish(routes.twins("swap", trial.way("swap")))
    await trial.publish(routes.single("park", trial.way("park"), timeout=600))
    nowhere = "http://127.0.0.1:9/closed"
    await trial.publish(routes.single("refuse", nowhere, retry=1))


async def forge(trial: Trial, tries: int) -> dict[str, int]:
    """Bring results under ids that are not valid: nothing may change by it."""
    saw = trial.services_saw()
    parked = [one.id for one in saw.executions if one.way == "park"]
    outdated = [m.id for m in saw.misdeeds if m.way in ("park", "die", "hang")]
    makers: dict[str, tuple[int, Callable[[random.Random], str]]] = {
        "forged ids": (404, lambda chance: tampered(chance, parked)),
        "foreign ids": (404, lambda chance: signed_elsewhere(chance, parked)),
        "outdated ids": (409, lambda chance: chance.choice(outdated)),
    }
    before = await states(trial)
    kinds = list(makers)

    async def one(number: int) -> None:
        status, make = makers[kinds[number % len(kinds)]]
        said, problem = await trial.clients.report(make(trial.chance))
        assert said == status, problem

    await each(range(tries), one, many=32)
    assert await states(trial) == before
    return {kind: tries // len(kinds) for kind in kinds}


async def states(trial: Trial) -> list[Json]:
    """What every run of every task is."""
    raws = [await trial.clients.raw(told.task) for told in trial.logs.told]
    return [frame["runs"] for raw in raws for frame in frames_of(raw)]


def tampered(chance: random.Random, ids: Sequence[str]) -> str:
    """A valid id with one character changed, or a piece missing."""
    id_ = chance.choice(ids)
    if chance.random() < 0.2:
        return id_[: chance.randrange(len(id_))]
    # the last characters of both parts have spare bits, which say nothing
    place = chance.choice([p for p, after in enumerate(id_[1:]) if after != "."])
    other = chance.choice([c for c in "Aa0-_.é\0" if c != id_[place]])
    return id_[:place] + other + id_[place + 1 :]


def signed_elsewhere(chance: random.Random, ids: Sequence[str]) -> str:
    """The id that another engine would give the same attempt."""
    path, node, attempt = address(chance.choice(ids))
    return CallbackIds(b"another secret").sign(FramePath(path), node, attempt)
