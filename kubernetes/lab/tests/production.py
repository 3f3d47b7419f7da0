"""The overlay production in a cluster, and how a person works with it."""

import json
import os
import re
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.cluster import apply, manifests
from deploy.commands import ROOT, Failed, run
from deploy.images import revision
from kubernetes.lab.cluster import Cluster
from kubernetes.lab.tests.waiting import wait_for_all
from servers.waiting import block_until

NAMESPACE = "project"
OVERLAYS = ROOT / "kubernetes" / "lab" / "overlays"
NAMESPACE_FILE = ROOT / "kubernetes" / "overlays" / "production" / "namespace.yaml"

PYTHON = str(ROOT / ".venv" / "bin" / "python")
MARKETPLACE = str(ROOT / ".venv" / "bin" / "marketplace")
PICTURE = str(ROOT / "docs" / "pictures" / "astronaut.jpg")
SCRIPTS = ROOT / "kubernetes" / "lab" / "tests"

FIRST_ADMINISTRATOR = re.compile(r"/first-administrator#(mki_\S+)")
JOB_SECONDS = 300.0
ENGINES = 3

VOLUME = """
apiVersion: v1
kind: PersistentVolume
metadata: {{name: backups}}
spec:
  accessModes: [ReadWriteOnce]
  capacity: {{storage: 50Gi}}
  claimRef: {{namespace: project, name: backups}}
  hostPath: {{path: {path}}}
"""


class Production:
    """The namespace `project`, in which everything is ready."""

    def __init__(self, lab: Cluster, stores: Mapping[str, str], overlay: Path) -> None:
        self.lab = lab
        self.url = f"http://engine.{NAMESPACE}.svc.cluster.local:8000"
        self._stores = stores
        self._overlay = overlay
        self._password = secrets.token_urlsafe()
        self.token = ""

        self._make_secret()
        make_volume(lab)
        self.apply()
        self.wait_for_engines()
        self._become_administrator()

    def kubectl(self, *words: str) -> str:
        """What kubectl answers in this namespace; raises `Failed`."""
        return self.lab.kubectl("--namespace", NAMESPACE, *words)

    def apply(self) -> None:
        """Apply the overlay, as `make deploy` does; returns when all is ready."""
        apply(manifests(self._overlay, revision()))
        wait_for_all(NAMESPACE, self.lab)

    def wait_for_engines(self) -> None:
        """Returns when as many replicas are ready as the overlay has at least."""
        ready = f"--for=jsonpath={{.status.readyReplicas}}={ENGINES}"
        self.kubectl("wait", "deployment/engine", ready, "--timeout=300s")

    def execute(self, *command: str, text: str = "") -> str:
        """What a command in the first node wrote that is signed in."""
        words = [f"{name}={value}" for name, value in self._environment().items()]
        inside = self.lab.inside(1)
        return run(*inside, "env", *words, *command, text=text)

    def blurred(self) -> str:
        """The id of a task that has ended well."""
        task = self.start()
        self.wait_for(task)
        return task

    def start(self) -> str:
        """The id of a task that blurs faces."""
        form = ("--form", f"image=@{PICTURE}")
        started = self._curl(*form, f"{self.url}/services/face-blur")
        return str(json.loads(started)["jobId"])

    def wait_for(self, task: str) -> None:
        """Returns when it has ended well; raises `Failed`."""
        self.execute(MARKETPLACE, "show", task, "--follow")

    def status(self, task: str) -> dict[str, Any]:
        """What the engine says of it."""
        return dict(json.loads(self._curl(f"{self.url}/tasks/{task}/status")))

    def digest(self, task: str) -> str:
        """Of the picture that the task has made."""
        file = self.lab.folder / "picture"
        self._curl("--output", str(file), f"{self.url}/tasks/{task}/files/blurred")
        return run("sha256sum", str(file)).split()[0]

    @contextmanager
    def under_load(self) -> Iterator[dict[str, Any]]:
        """Pictures are blurred; what became of them is there when it is left."""
        with self._load("face-blur", PICTURE, "3") as result:
            yield result

    @contextmanager
    def under_work(self, route: str, picture: Path) -> Iterator[dict[str, Any]]:
        """As many calls as are worked on at once, until it is left."""
        with self._load(route, str(picture), "8", "closed") as result:
            yield result

    @contextmanager
    def _load(self, route: str, *words: str) -> Iterator[dict[str, Any]]:
        result: dict[str, Any] = {}
        script = str(SCRIPTS / "load.py")
        command = (PYTHON, script, f"{self.url}/services/{route}", *words)
        with subprocess.Popen(
            [*self.lab.inside(1), *command],
            env=os.environ | self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as load:
            yield result
            said, _ = load.communicate()
        result.update(json.loads(said))

    def job(self, name: str, cron_job: str) -> str:
        """What a job of a CronJob has said that has ended well."""
        self.kubectl("create", "job", name, f"--from=cronjob/{cron_job}")
        ends = "jsonpath={.status.succeeded}{.status.failed}"
        block_until(
            lambda: self.kubectl("get", "job", name, "--output", ends) != "",
            seconds=JOB_SECONDS,
            look_seconds=0.5,
        )
        said = self.kubectl("logs", f"job/{name}")
        if self.kubectl("get", "job", name, "--output=jsonpath={.status.failed}"):
            raise Failed(("job", name), said)
        return said

    def lose_everything(self) -> None:
        """Delete what the stores have."""
        words = [f"{name}={value}" for name, value in self._stores.items()]
        script = str(SCRIPTS / "lose.py")
        self.lab.execute(1, "env", *words, PYTHON, script)

    def replicas(self, deployment: str) -> int:
        """How many of its pods are ready."""
        ready = "jsonpath={.status.readyReplicas}"
        return int(self.kubectl("get", "deployment", deployment, "-o", ready) or 0)

    def _environment(self) -> dict[str, str]:
        return {"ENGINE_URL": self.url, "MARKETPLACE_TOKEN": self.token}

    def _curl(self, *words: str) -> str:
        bearer = ("--header", f"authorization: Bearer {self.token}")
        command = ("curl", "--silent", "--show-error", "--fail")
        return self.lab.execute(1, *command, *(bearer if self.token else ()), *words)

    def _make_secret(self) -> None:
        self.lab.kubectl("apply", "--filename", str(NAMESPACE_FILE))
        literals = [
            f"--from-literal={name}={value}" for name, value in self._stores.items()
        ]
        for name in ("SECRET", "SERVICE_TOKEN"):
            literals.append(f"--from-literal={name}={secrets.token_hex(32)}")
        self.kubectl("create", "secret", "generic", "engine", *literals)

    def _become_administrator(self) -> None:
        """With the address in the log, as docs/how-to/deploy.md says."""
        logs = self.kubectl("logs", "--selector=app=engine", "--tail=-1")
        found = FIRST_ADMINISTRATOR.search(logs)
        assert found, logs
        body = {"name": "ada", "password": self._password, "invitation": found[1]}
        json_body = ("--json", json.dumps(body))
        self._curl(*json_body, f"{self.url}/first-administrator")

        config = self.lab.folder / "config"
        login = ("env", f"XDG_CONFIG_HOME={config}", MARKETPLACE, "login", "--name=ada")
        self.execute(*login, text=self._password)
        tokens = json.loads((config / "marketplace" / "tokens.json").read_text())
        self.token = tokens[self.url]


def make_volume(lab: Cluster) -> None:
    """What the backups are written to: no storage makes volumes by itself here."""
    folder = lab.folder / "backups"
    folder.mkdir(exist_ok=True)
    # The group of the pod is not given to folders of the node, as it is to disks.
    folder.chmod(0o777)
    lab.kubectl("apply", "--filename=-", text=VOLUME.format(path=folder))


@contextmanager
def production(
    lab: Cluster, stores: Mapping[str, str], overlay: str = "production"
) -> Iterator[Production]:
    """It is gone afterwards."""
    try:
        yield Production(lab, stores, OVERLAYS / overlay)
    finally:
        lab.kubectl("delete", "namespace", NAMESPACE, "--wait=false")
