"""On which nodes the pods are."""

import json
from collections import Counter

from kubernetes.lab.tests.production import Production

NEEDED = {"engine": 3, "face-detection": 2, "image-processing": 2}
"""What the overlay has at least of those that blur faces."""


def pods_by_node(production: Production, app: str) -> Counter[str]:
    """How many pods of an app are ready, by the name of their node."""
    words = ("get", "pods", f"--selector=app={app}", "--output=json")
    ready: Counter[str] = Counter()
    for pod in json.loads(production.kubectl(*words))["items"]:
        conditions = pod["status"].get("conditions", ())
        is_ready = any(
            c["type"] == "Ready" and c["status"] == "True" for c in conditions
        )
        if is_ready and "deletionTimestamp" not in pod["metadata"]:
            ready[pod["spec"]["nodeName"]] += 1
    return ready


def spread(production: Production) -> None:
    """Replace the pods, so that both nodes have some: by itself none moves back."""
    for app in NEEDED:
        name = app if app == "engine" else f"service-{app}"
        production.kubectl("rollout", "restart", f"deployment/{name}")
        status = ("rollout", "status", f"deployment/{name}", "--timeout=300s")
        production.kubectl(*status)
