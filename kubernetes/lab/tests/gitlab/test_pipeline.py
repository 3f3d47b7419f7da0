"""Pipelines of GitLab fill an empty cluster, from a registry that asks who one is."""

import json
import secrets
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from deploy.commands import Failed
from deploy.tests.gitlab_project import Project
from kubernetes.lab.cluster import Cluster
from kubernetes.lab.programs import BIN
from kubernetes.lab.registry import registry

NAMESPACE = "project-dev"
POLICIES = {"nothing-comes-in", "engine", "services"}
CHANGED = "face-detection"

USER = "pipeline"
PASSWORD = secrets.token_urlsafe()


@pytest.fixture(scope="module")
def address(lab: Cluster) -> Iterator[str]:
    """A registry that answers one user."""
    with registry(lab, nodes=1, user=f"{USER}:{PASSWORD}") as address:
        yield address


@pytest.fixture(scope="module")
def variables(lab: Cluster, address: str) -> dict[str, str]:
    """Where jobs push to, and which cluster they know."""
    # The cluster is reached from its nodes only.
    kubectl = [*lab.inside(1), str(BIN / "kubernetes"), "kubectl"]
    return {
        "IMAGE_PREFIX": f"{address}/group/project",
        "CI_REGISTRY": address,
        "KUBECONFIG": str(lab.kubeconfig),
        "KUBECTL": " ".join(kubectl),
    }


@pytest.fixture(scope="module")
def users(variables: dict[str, str]) -> dict[str, str]:
    """The same, and who pushes and fetches."""
    return variables | {
        "CI_REGISTRY_USER": USER,
        "CI_REGISTRY_PASSWORD": PASSWORD,
        "CI_DEPLOY_USER": USER,
        "CI_DEPLOY_PASSWORD": PASSWORD,
    }


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def deploy(
    project: Project, name: str, variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """The jobs that build and deploy it have run."""
    ended = project.pipeline(f"{name}:build", f"{name}:deploy", variables=variables)
    assert PASSWORD not in ended.stdout + ended.stderr
    return ended


def images(lab: Cluster) -> dict[str, str]:
    """The image of each Deployment."""
    words = ("get", "deployments", "--output=json")
    found = json.loads(lab.kubectl("--namespace", NAMESPACE, *words))["items"]
    return {
        one["metadata"]["name"]: one["spec"]["template"]["spec"]["containers"][0][
            "image"
        ]
        for one in found
    }


def names(lab: Cluster, kind: str) -> set[str]:
    words = ("get", kind, "--output=jsonpath={.items[*].metadata.name}")
    return set(lab.kubectl("--namespace", NAMESPACE, *words).split())


# These tests are steps: each finds the cluster as the one before it has left it.


def test_the_registry_is_closed_to_strangers(
    project: Project, address: str, variables: dict[str, str]
) -> None:
    project.change(f"services/{CHANGED}/README.md", "One more line.")

    with pytest.raises(HTTPError, match="401"):
        urlopen(f"http://{address}/v2/")
    pushed = project.pipeline(f"{CHANGED}:build", variables=variables)

    assert pushed.returncode != 0
    assert "no basic auth credentials" in pushed.stdout + pushed.stderr


def test_a_service_is_not_deployed_before_the_engine(
    project: Project, lab: Cluster, users: dict[str, str]
) -> None:
    project.change(f"services/{CHANGED}/README.md", "One more line.")

    ended = project.pipeline(f"{CHANGED}:deploy", variables=users)

    assert ended.returncode != 0
    assert "deploy the engine first" in ended.stdout + ended.stderr
    with pytest.raises(Failed, match="not found"):
        lab.kubectl("get", "namespace", NAMESPACE)


def test_the_engine_brings_all_that_is_no_service(
    project: Project, lab: Cluster, volume: None, users: dict[str, str]
) -> None:
    project.change("kubernetes/base/network.yaml", "# One more line.")
    commit = project.git("rev-parse", "--short=12", "HEAD").strip()

    ended = deploy(project, "engine", users)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    labels = lab.kubectl("get", "namespace", NAMESPACE, "--output=json")
    enforced = "pod-security.kubernetes.io/enforce"
    assert json.loads(labels)["metadata"]["labels"][enforced] == "restricted"
    assert names(lab, "networkpolicies") == POLICIES
    assert images(lab) == {"engine": f"{users['IMAGE_PREFIX']}/engine:{commit}"}


def test_a_change_in_a_service_is_built_and_deployed_alone(
    project: Project, lab: Cluster, users: dict[str, str]
) -> None:
    before = images(lab)
    project.change(f"services/{CHANGED}/README.md", "One more line.")
    commit = project.git("rev-parse", "--short=12", "HEAD").strip()

    ended = deploy(project, CHANGED, users)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    image = f"{users['IMAGE_PREFIX']}/{CHANGED}:{commit}"
    assert set(before) == {"engine"}
    assert images(lab) == before | {f"service-{CHANGED}": image}


def test_a_tag_builds_what_trains(
    project: Project, address: str, users: dict[str, str]
) -> None:
    project.git("tag", "v1")
    commit = project.git("rev-parse", "--short=12", "HEAD").strip()

    variables = users | {"CI_COMMIT_TAG": "v1"}
    ended = project.pipeline("training:build", variables=variables)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    shown = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    url = f"http://{address}/v2/group/project/training/tags/list"
    tags = json.load(urlopen(Request(url, headers={"Authorization": f"Basic {shown}"})))
    assert {commit, "latest"} <= set(tags["tags"])
