"""KEDA's operator and a real Prometheus: a service is scaled to none and woken."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # has no types

from deploy.cluster import apply, manifests
from deploy.commands import ROOT, run
from deploy.images import revision
from kubernetes.lab import keda
from kubernetes.lab.cluster import FIRST_ADDRESS, Cluster
from kubernetes.lab.tests.production import Production
from servers.binaries import PROGRAMS, fetch
from servers.server import PROGRAMS_FOLDER
from servers.waiting import block_until

SERVICE = "service-face-detection"
PROMETHEUS = f"{FIRST_ADDRESS}:9090"
SCALING_SECONDS = 240.0

# What is started in a node ends with who has started it. And Go's programs ask in which
# folder they are: the root of the machine is none within the node.
IN_NODE = ("setpriv", "--pdeathsig", "TERM", "env", "--chdir=/run")


@pytest.fixture
def prometheus(production: Production) -> Iterator[str]:
    """One that asks each replica of the engine, beside the cluster; its address."""
    fetch({"prometheus": PROGRAMS["prometheus"]})
    words = ("get", "pods", "--selector=app=engine", "--output=json")
    pods = json.loads(production.kubectl(*words))["items"]
    configuration = {
        "global": {"scrape_interval": "2s"},
        "scrape_configs": [
            {
                "job_name": "marketplace",
                "authorization": {"credentials": production.token},
                "static_configs": [
                    {"targets": [f"{pod['status']['podIP']}:8000" for pod in pods]}
                ],
            }
        ],
    }
    folder = production.lab.folder / "prometheus"
    folder.mkdir()
    (folder / "prometheus.yml").write_text(json.dumps(configuration))
    command = (
        str(PROGRAMS_FOLDER / "prometheus"),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={PROMETHEUS}",
    )
    inside = [*production.lab.inside(1), *IN_NODE]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen([*inside, *command], stdout=log, stderr=log) as process,
    ):
        yield f"http://{PROMETHEUS}"
        process.terminate()


@pytest.fixture
def operator(lab: Cluster) -> Iterator[None]:
    """The operator of KEDA, as a process of the first node."""
    keda.build()
    module = json.loads(
        run("go", "mod", "download", "-json", keda.KEDA, folder=Path("/"))
    )
    definitions = Path(module["Dir"], "config", "crd", "bases")
    lab.kubectl("apply", "--server-side", "--filename", str(definitions))
    lab.kubectl("wait", "--for=condition=Established", "crd", "--all")
    lab.kubectl("create", "namespace", "keda")

    certificates = lab.folder / "keda"
    certificates.mkdir()
    keys = lab.kubeconfig.parent
    for name, file in {"ca.crt": "ca.crt", "tls.crt": "admin.crt"}.items():
        shutil.copy(keys / file, certificates / name)
    shutil.copy(keys / "admin.key", certificates / "tls.key")
    command = (
        str(keda.PROGRAM),
        f"--kubeconfig={lab.kubeconfig}",
        f"--cert-dir={certificates}",
        f"--metrics-bind-address={FIRST_ADDRESS}:8090",
        f"--health-probe-bind-address={FIRST_ADDRESS}:8091",
    )
    names = {"WATCH_NAMESPACE": "", "POD_NAMESPACE": "keda", "POD_NAME": "keda"}
    with (lab.folder / "keda.log").open("wb") as log:
        process = subprocess.Popen(
            [*lab.inside(1), *IN_NODE, *command],
            env=os.environ | names | {"KEDA_CLUSTER_OBJECT_NAMESPACE": "keda"},
            stdout=log,
            stderr=log,
        )
    yield
    process.terminate()
    process.wait()


def scaled_object(prometheus: str) -> dict[str, Any]:
    """That of the overlay, asking the Prometheus that is here, more hastily."""
    overlay = manifests(ROOT / "kubernetes" / "overlays" / "keda", revision())
    (one,) = (
        found
        for found in yaml.safe_load_all(overlay)
        if (found["kind"], found["metadata"]["name"]) == ("ScaledObject", SERVICE)
    )
    one["spec"] |= {"pollingInterval": 2, "cooldownPeriod": 10}
    one["spec"]["triggers"][0]["metadata"]["serverAddress"] = prometheus
    return dict(one)


def wanted(production: Production) -> int:
    """How many pods the Deployment shall have."""
    words = ("get", "deployment", SERVICE, "--output=jsonpath={.spec.replicas}")
    return int(production.kubectl(*words))


def test_a_service_is_scaled_to_none_and_a_task_that_waits_wakes_it(
    production: Production, prometheus: str, operator: None
) -> None:
    def becomes(wished: int) -> None:
        block_until(
            lambda: wanted(production) == wished,
            seconds=SCALING_SECONDS,
            look_seconds=0.5,
        )

    before = wanted(production)
    production.kubectl("delete", "hpa", SERVICE)
    apply(yaml.safe_dump(scaled_object(prometheus)))
    try:
        becomes(0)
        block_until(lambda: production.replicas(SERVICE) == 0, look_seconds=0.5)

        task = production.start()
        block_until(
            lambda: any(
                waiting["node"] == "faces" and "face-detect" in waiting["for"]
                for waiting in production.status(task)["waiting"]
            ),
            look_seconds=0.2,
        )
        becomes(1)
        production.wait_for(task)
        becomes(0)
    finally:
        production.kubectl("delete", "scaledobject", SERVICE)
    becomes(before)
    production.apply()

    assert production.status(task)["status"] == "finished"
