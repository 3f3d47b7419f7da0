"""The overlay production: replicas on stores outside, replaced while they work."""

from collections.abc import Iterator

import pytest

from deploy.commands import Failed
from kubernetes.lab.cluster import Cluster
from kubernetes.lab.tests.production import ENGINES, Production
from kubernetes.lab.tests.production import production as in_cluster
from kubernetes.lab.tests.waiting import wait_for_all
from servers.waiting import block_until

FEWEST_TASKS = 10


@pytest.fixture(scope="module")
def production(lab: Cluster, stores: dict[str, str]) -> Iterator[Production]:
    """Everything in it is ready, and the first administrator has a token."""
    with in_cluster(lab, stores) as production:
        yield production


def test_there_are_three_replicas(production: Production) -> None:
    production.wait_for_engines()

    assert production.replicas("engine") == ENGINES


def test_strangers_start_nothing(production: Production) -> None:
    url = f"{production.url}/services/face-blur"
    words = ("curl", "--silent", "--output", "/dev/null", "--write-out")

    post = ("--request", "POST", url)
    status = production.lab.execute(1, *words, "%{http_code}", *post)

    assert status == "401"


def test_nothing_is_lost_while_engine_and_services_are_replaced(
    production: Production,
) -> None:
    with production.under_load() as result:
        for name in ("engine", "service-face-detection", "service-image-processing"):
            production.kubectl("rollout", "restart", f"deployment/{name}")
            status = ("rollout", "status", f"deployment/{name}")
            production.kubectl(*status, "--timeout=600s")

    assert result["faults"] == []
    assert result["started"] >= FEWEST_TASKS
    assert result["ends"] == {"finished": result["started"]}


def test_no_task_is_lost_when_pods_are_killed(production: Production) -> None:
    with production.under_load() as result:
        for app in ("engine", "face-detection", "image-processing"):
            names = ("get", "pods", f"--selector=app={app}", "--output=name")
            killed = production.kubectl(*names).split()[0]
            production.kubectl("delete", killed, "--grace-period=0", "--force")
            wait_for_all("project", production.lab)

    # A request may fail whose engine is killed: its client hears so, and tries again.
    assert result["started"] >= FEWEST_TASKS
    assert result["ends"] == {"finished": result["started"]}


def test_a_drain_leaves_engines_until_there_are_others(production: Production) -> None:
    production.wait_for_engines()
    drain = ("drain", "node1", "--delete-emptydir-data", "--timeout=30s")
    try:
        with pytest.raises(Failed, match="disruption budget"):
            production.lab.kubectl(*drain)

        # There is no other node on which the one that has gone could start again.
        assert production.replicas("engine") == ENGINES - 1
    finally:
        production.lab.kubectl("uncordon", "node1")
    production.wait_for_engines()


def test_a_backup_brings_back_what_was_lost(production: Production) -> None:
    wait_for_all("project", production.lab)
    task = production.blurred()
    picture = production.digest(task)

    production.job("first", "backup")
    production.kubectl("scale", "deployment/engine", "--replicas=0")
    pods = ("get", "pods", "--selector=app=engine", "--output=name")
    block_until(lambda: not production.kubectl(*pods), look_seconds=0.5)
    production.lose_everything()

    production.job("restoring", "restore")
    production.kubectl("scale", "deployment/engine", f"--replicas={ENGINES}")
    production.wait_for_engines()

    # With the token from before: people and what they may do came back too.
    assert production.digest(task) == picture
    assert production.digest(production.blurred())
