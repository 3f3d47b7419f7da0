"""Several replicas publish the same route at once: one of them is told that it did."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import external
import httpx
import pytest
from documents import end, entry, pipeline
from real_replicas import replica

pytestmark = pytest.mark.external

PUBLISHERS = 8
ROUNDS = 10
ROUTE = "contested"


@pytest.fixture
def replicas(tmp_path: Path) -> Iterator[list[httpx.Client]]:
    cluster = external.cluster()
    with replica(tmp_path, cluster) as one, replica(tmp_path, cluster) as other:
        yield [one, other]


def publish_at_once(
    replicas: list[httpx.Client], summary: str, headers: dict[str, str]
) -> list[httpx.Response]:
    """The answers to requests with different documents, half of them to each."""

    def publish(number: int) -> httpx.Response:
        api = {"summary": f"{summary}, by {number}", "body": {}}
        document = pipeline(entry("end", route=ROUTE, **api), end())
        client = replicas[number % len(replicas)]
        return client.post("/services", json=document, headers=headers)

    with ThreadPoolExecutor(PUBLISHERS) as publishers:
        return list(publishers.map(publish, range(PUBLISHERS)))


def the_winner(answers: list[httpx.Response]) -> Any:
    """The version that was published; all others were refused."""
    taken = [answer for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if answer.status_code == 412]
    assert (len(taken), len(refused)) == (1, PUBLISHERS - 1), [a.text for a in answers]

    version = taken[0].json()["version"]
    # Each loser learns what has become the current one instead.
    assert {answer.json()["version"] for answer in refused} == {version}
    return version


def test_of_those_who_publish_at_once_one_succeeds(
    replicas: list[httpx.Client],
) -> None:
    new = {"if-none-match": "*"}
    published = [the_winner(publish_at_once(replicas, "the first", new))]

    for number in range(ROUNDS):
        current = {"if-match": f'"{published[-1]}"'}
        answers = publish_at_once(replicas, f"change {number}", current)
        published.append(the_winner(answers))

    for client in replicas:
        versions = client.get(f"/services/{ROUTE}/versions").json()["items"]
        listed = [one["version"] for one in versions]
        assert client.get(f"/services/{ROUTE}").json()["version"] == published[-1]
        assert listed == published[::-1]
