"""Waits until what was applied runs."""

from kubernetes.lab.cluster import Cluster


def wait_for_all(namespace: str, lab: Cluster) -> None:
    """Returns when all Deployments there are ready."""
    words = ("wait", "--for=condition=Available", "deployments", "--all")
    lab.kubectl("--namespace", namespace, *words, "--timeout=600s")
