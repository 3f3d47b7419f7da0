"""One node with the overlay production."""

from collections.abc import Iterator

import pytest

from kubernetes.lab.cluster import Cluster
from kubernetes.lab.tests.production import Production
from kubernetes.lab.tests.production import production as in_cluster


@pytest.fixture(scope="session")
def production(lab: Cluster, stores: dict[str, str]) -> Iterator[Production]:
    """Everything in it is ready, and the first administrator has a token."""
    with in_cluster(lab, stores) as production:
        yield production
