"""A request with many files rests for them, beside those with few."""

import asyncio
from time import monotonic

import pytest
from engine.domain.values import Json
from engine.usecases.many_files import FREE_FILES, SECONDS_PER_FILE, ManyFiles
from engine.usecases.rests import REST_FACTOR, Rests

PHOTO = {"$blob": "t/a", "type": "image/png", "size": 3}
MANY = FREE_FILES + 6


@pytest.fixture
def rests() -> Rests:
    rests = Rests()
    rests.others_work()
    return rests


async def rested(rests: Rests, *payloads: Json) -> float:
    """How long it takes until each of these payloads may be sent."""
    files = ManyFiles(rests)
    began_at = monotonic()
    await asyncio.gather(
        *(files.rest_before(one, f"t{at}") for at, one in enumerate(payloads))
    )
    return monotonic() - began_at


@pytest.mark.parametrize(
    "payload",
    [{f"f{number}": PHOTO for number in range(MANY)}, {"all": [PHOTO] * MANY}],
    ids=["names", "a list"],
)
async def test_all_but_the_first_files_are_rested_for(
    rests: Rests, payload: Json
) -> None:
    assert await rested(rests, payload) >= 6 * SECONDS_PER_FILE * REST_FACTOR


async def test_tasks_rest_one_after_the_other(rests: Rests) -> None:
    payload = {"all": [PHOTO] * MANY}

    seconds = await rested(rests, payload, payload)

    assert seconds >= 2 * 6 * SECONDS_PER_FILE * REST_FACTOR


@pytest.mark.parametrize(
    "payload",
    [
        None,
        {"n": [*range(100)]},
        {"all": [PHOTO] * FREE_FILES},
        # They travel as references.
        {"found": [{"photo": PHOTO}] * 100},
    ],
)
async def test_few_files_wait_for_nobody(rests: Rests, payload: Json) -> None:
    resting = asyncio.create_task(rests.after(10, "another"))
    await asyncio.sleep(0)

    await rested(rests, payload)

    assert not resting.done()
    resting.cancel()


async def test_nobody_rests_while_nobody_else_works() -> None:
    # Hours, otherwise.
    await rested(Rests(), {"all": [PHOTO] * 1_000_000})
