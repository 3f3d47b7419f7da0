"""How much of an engine one person, and one space, may take: 429 says what is over."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import httpx
import pytest
from documents import end, entry, pipeline, service
from engine.domain.access.limits import share_of
from engine.settings import Settings
from engine.usecases.access import account

from servers.waiting import block_until, until

from ..conftest import echo
from ..serving import serving
from .conftest import SignIn, start
from .test_replicas import add_people, signed_in, two_replicas

WAITS = pipeline(
    entry("call", id_="entry", route="waits", body={}),
    service("call", "end", service="not-there"),
    end(),
)


@pytest.fixture
def limits() -> dict[str, int]:
    return {"max_person_starts": 3}


@pytest.fixture
def settings(settings: Settings, limits: dict[str, int]) -> Settings:
    return settings.model_copy(update=limits)


async def test_who_starts_too_many_tasks_is_told_the_limit_and_when_to_come_again(
    sign_in: SignIn,
) -> None:
    reader, author = await sign_in("reader"), await sign_in("author")
    for _ in range(3):
        await start(reader)

    answer = await reader.post("/services/any", json={})

    problem = answer.json()
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 20
    assert problem["type"] == "urn:marketplace:problem:over-limit"
    assert "MAX_PERSON_STARTS" in problem["detail"]
    assert problem["limit"] == {
        "of": "person",
        "id": "reader",
        "what": "starts in a minute",
        "most": 3,
        "now": 3,
        "setting": "MAX_PERSON_STARTS",
    }
    await start(author)


async def test_what_a_limit_refused_is_among_the_figures_without_anybodys_name(
    sign_in: SignIn,
) -> None:
    reader, root = await sign_in("reader"), await sign_in("root")
    for _ in range(3):
        await start(reader)

    for _ in range(2):
        assert (await reader.post("/services/any", json={})).status_code == 429

    figures = (await root.get("/metrics")).text.splitlines()
    told = [one for one in figures if one.startswith("marketplace_limit_refusals_to")]
    counts = dict(one.partition("{")[2].split("} ") for one in told)
    assert counts.pop('limit="MAX_PERSON_STARTS"') == "2.0"
    assert set(counts.values()) == {"0.0"}
    assert 'limit="MAX_SPACE_BYTES"' in counts


@pytest.mark.parametrize("limits", [{"max_space_running": 2}])
async def test_the_running_tasks_of_a_space_are_limited_together(
    sign_in: SignIn,
) -> None:
    reader, author = await sign_in("reader"), await sign_in("author")
    assert (await author.post("/services", json=WAITS)).status_code == 201
    await start(reader, "waits")
    task = await start(author, "waits")

    answer = await author.post("/services/waits", json={})

    assert answer.status_code == 429
    assert answer.json()["limit"]["of"] == "space"
    assert "the space “main” has 2 running tasks" in answer.json()["detail"]
    await author.post(f"/tasks/{task}/cancel")

    # What is over is looked at again after half a second.
    async def is_started() -> bool:
        return (await author.post("/services/any", json={})).status_code == 202

    await until(is_started)


@pytest.mark.parametrize(
    ("limits", "of", "others"),
    [
        ({"max_person_bytes": 100_000}, "person", 202),
        ({"max_space_bytes": 100_000}, "space", 429),
    ],
)
async def test_files_that_are_kept_are_limited_and_erasing_makes_room(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, of: str, others: int
) -> None:
    # The store is asked for each start, however long it takes to answer.
    for of_time in ("FRESH_SECONDS", "CHECKED_SECONDS", "READING_PART"):
        monkeypatch.setattr(account, of_time, 0.0)
    reader, author = await sign_in("reader"), await sign_in("author")
    picture = {"image": ("a.png", bytes(120_000), "image/png")}
    answer = await reader.post("/services/file", files=picture)
    assert answer.status_code == 202

    refused = await reader.post("/services/any", json={})
    beside = await author.post("/services/any", json={})

    assert (refused.status_code, beside.status_code) == (429, others)
    limit = refused.json()["limit"]
    assert limit["of"] == of
    assert limit["setting"] == f"MAX_{of.upper()}_BYTES"
    assert limit["most"] == 100_000
    assert limit["now"] >= 120_000
    task = answer.json()["jobId"]
    assert (await reader.delete(f"/tasks/{task}")).status_code == 204
    await start(reader)


async def test_a_request_that_is_repeated_costs_no_start(sign_in: SignIn) -> None:
    reader = await sign_in("reader")
    key = {"idempotency-key": "once"}

    answers = [
        await reader.post("/services/any", json={}, headers=key) for _ in range(6)
    ]

    assert {answer.status_code for answer in answers} == {202}
    await start(reader)


@pytest.mark.parametrize("limits", [{"max_person_starts": 1}])
async def test_a_body_that_is_refused_is_not_even_read(sign_in: SignIn) -> None:
    reader = await sign_in("reader")
    await start(reader)
    read = []

    async def body():  # type: ignore[no-untyped-def]  # it gives bytes
        read.append(1)
        yield b"{}"

    answer = await reader.post(
        "/services/any", content=body(), headers={"content-type": "application/json"}
    )

    assert answer.status_code == 429
    assert read == []


def test_what_a_task_calls_costs_no_start(tmp_path: Path) -> None:
    add_people(tmp_path)
    inner = echo("inner", body={})
    outer = pipeline(
        entry("one", "two", id_="entry", route="outer", body={}),
        service("one", "end", service="inner"),
        service("two", "end", service="inner"),
        end(),
    )
    with (
        serving(tmp_path, auth="accounts", max_person_starts=2) as server,
        signed_in(server.url, "author") as author,
    ):
        for document in (inner, outer):
            assert author.post("/services", json=document).status_code == 201

        first = author.post("/services/outer?wait=60", json={"a": 1})
        second = author.post("/services/outer?wait=60", json={"a": 1})
        third = author.post("/services/outer", json={"a": 1})

    assert [one.status_code for one in (first, second, third)] == [200, 200, 429]


def test_an_engine_that_starts_again_counts_what_was_running(tmp_path: Path) -> None:
    add_people(tmp_path)
    limits = {"max_person_running": 2}
    with (
        serving(tmp_path, auth="accounts", **limits) as server,
        signed_in(server.url, "author") as author,
    ):
        assert author.post("/services", json=WAITS).status_code == 201
        for _ in range(2):
            assert author.post("/services/waits", json={}).status_code == 202

    with (
        serving(tmp_path, auth="accounts", **limits) as server,
        signed_in(server.url, "author") as author,
    ):
        refused = author.post("/services/waits", json={})

    assert refused.status_code == 429
    assert refused.json()["limit"]["now"] == 2


@pytest.mark.external
def test_two_replicas_have_one_limit_and_what_ends_at_one_makes_room_at_the_other(
    tmp_path: Path,
) -> None:
    with (
        two_replicas(tmp_path, max_person_running=4) as (here, there),
        signed_in(here, "author") as author,
        signed_in(there, "author") as author_there,
    ):
        assert author.post("/services", json=WAITS).status_code == 201
        started = [author.post("/services/waits", json={}) for _ in range(4)]

        # The other one has never heard of this person, and asks the store.
        refused = author_there.post("/services/waits", json={})
        task = started[0].json()["jobId"]
        assert author.post(f"/tasks/{task}/cancel").status_code == 200

        def is_started() -> bool:
            answer = author_there.post("/services/waits", json={})
            return answer.status_code == 202

        block_until(is_started)
        again = author_there.post("/services/waits", json={})

    assert [answer.status_code for answer in started] == [202] * 4
    assert (refused.status_code, refused.json()["limit"]["now"]) == (429, 4)
    assert again.status_code == 429


@pytest.mark.external
def test_two_replicas_start_no_more_in_a_minute_than_one(tmp_path: Path) -> None:
    limit, tries = 300, 250
    with (
        two_replicas(tmp_path, max_person_starts=limit) as (here, there),
        signed_in(here, "author") as author,
        signed_in(there, "author") as author_there,
    ):
        assert author.post("/services", json=echo("any", body={})).status_code == 201
        block_until(lambda: author_there.get("/services/any").status_code == 200)
        began_at = monotonic()

        def started(browser: httpx.Client) -> int:
            answers = [browser.post("/services/any", json={}) for _ in range(tries)]
            assert {answer.status_code for answer in answers} <= {202, 429}
            return sum(answer.status_code == 202 for answer in answers)

        with ThreadPoolExecutor() as threads:
            both = list(threads.map(started, (author, author_there)))
        came_back = limit * (monotonic() - began_at) / 60

    # A share of each may be left.
    assert limit - 2 * share_of(limit) <= sum(both) <= limit + came_back
    assert min(both) > 0
