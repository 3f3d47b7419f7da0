"""A pipeline of GitLab deploys to a cluster what has changed, and nothing else."""

import json
from pathlib import Path

from deploy.tests.gitlab_project import Project
from kubernetes.lab.cluster import Cluster
from kubernetes.lab.programs import BIN
from kubernetes.lab.registry import registry

CHANGED = "face-detection"


def images(lab: Cluster, namespace: str) -> dict[str, str]:
    """The image of each Deployment."""
    words = ("get", "deployments", "--output=json")
    found = json.loads(lab.kubectl("--namespace", namespace, *words))["items"]
    return {
        one["metadata"]["name"]: one["spec"]["template"]["spec"]["containers"][0][
            "image"
        ]
        for one in found
    }


def test_a_change_in_a_service_is_built_and_deployed_alone(
    lab: Cluster, dev: str, tmp_path: Path
) -> None:
    before = images(lab, dev)
    project = Project(tmp_path)
    project.change(f"services/{CHANGED}/README.md", "One more line.")
    commit = project.git("rev-parse", "--short=12", "HEAD").strip()
    # The cluster is reached from its nodes only.
    kubectl = [*lab.inside(1), str(BIN / "kubernetes"), "kubectl"]

    with registry(lab, nodes=1) as address:
        prefix = f"{address}/group/project"
        ended = project.pipeline(
            *(f"{CHANGED}:build", f"{CHANGED}:deploy"),
            variables={
                "IMAGE_PREFIX": prefix,
                "KUBECONFIG": str(lab.kubeconfig),
                "KUBECTL": " ".join(kubectl),
            },
        )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    image = f"{prefix}/{CHANGED}:{commit}"
    assert images(lab, dev) == before | {f"service-{CHANGED}": image}
