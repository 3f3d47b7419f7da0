"""A node is lost, and does not come back: these tests are the last ones."""

from kubernetes.lab.cluster import Cluster
from kubernetes.lab.tests.full.spread import NEEDED, pods_by_node, spread
from kubernetes.lab.tests.production import Production
from servers.waiting import block_until

FEWEST_TASKS = 10
LOSS_SECONDS = 240.0


def test_replicas_come_back_and_no_task_is_lost_with_a_node(
    lab: Cluster, production: Production
) -> None:
    spread(production)
    assert all(pods_by_node(production, app)["node2"] for app in NEEDED)

    with production.under_load() as result:
        lab.kill_node(2)
        block_until(
            lambda: all(
                pods_by_node(production, app)["node1"] >= fewest
                for app, fewest in NEEDED.items()
            ),
            seconds=LOSS_SECONDS,
            look_seconds=1.0,
        )

    # Requests to a replica that is lost fail until it is known; tasks do not.
    assert result["started"] >= FEWEST_TASKS
    assert result["ends"] == {"finished": result["started"]}
