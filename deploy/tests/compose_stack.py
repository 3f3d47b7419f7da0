"""All of `deploy/compose.yaml`, and what a person does with it from outside."""

import html
import json
import re
import threading
import time
from pathlib import Path
from typing import Any

import httpx

from deploy import compose
from deploy.commands import ROOT, Failed, run
from servers.waiting import block_until

PHOTO = ROOT / "docs" / "pictures" / "astronaut.jpg"
PASSWORD = "a password for tests"
INVITATION = re.compile(r"first-administrator#(mki_[\w-]+)")
FORM = re.compile(r'<form[^>]*id="kc-form-login"[^>]*action="([^"]+)"')

END_SECONDS = 180.0
"""For tasks and for containers to become what they shall be, on a busy machine."""
PAUSE_SECONDS = 0.3
STARTERS = 3
LOG_LINES = 30

KILL_MAIN_PROCESS = (
    "import os; [os.kill(int(p), 9) for p in os.listdir('/proc') if p.isdigit() "
    "and b'serve' in open(f'/proc/{p}/cmdline', 'rb').read().split(b'\\0') "
    "and p != '1']"
)
"""As a crash: tini ends with it. (`docker kill` is an order, and nothing restarts.)"""


class Stack:
    """It is at one address; Compose is asked under the settings of this process."""

    def __init__(self, address: str, secrets: Path) -> None:
        self.url = f"http://{address}"
        self.secrets = secrets

    def start(self, *profiles: str) -> None:
        """As `make compose` does; else says what the containers said."""
        try:
            compose.main(list(profiles))
        except SystemExit as end:
            states = compose.compose("ps", "--all")
            logs = compose.compose("logs", "--no-color", f"--tail={LOG_LINES}")
            raise AssertionError(f"{end}\n{states}\n{logs}") from None

    def containers(self) -> list[dict[str, Any]]:
        """What the Docker Engine knows of each, those that have ended too."""
        ids = compose.compose("ps", "--all", "--quiet").split()
        return list(json.loads(run("docker", "inspect", *ids)))

    def restarts(self, container: str) -> int:
        """How often the Docker Engine has started it anew after it had ended."""
        (known,) = json.loads(run("docker", "inspect", container))
        return int(known["RestartCount"])

    def of(self, service: str) -> list[str]:
        """The ids of the containers of a service that run."""
        return compose.compose("ps", "--quiet", service).split()

    def inside(self, service: str, *command: str) -> str:
        """What a command in its first container wrote."""
        return run("docker", "exec", self.of(service)[0], *command)

    def first_administrator(self) -> httpx.Client:
        """Somebody who has used the address that the log of the engine has."""
        found = INVITATION.findall(compose.compose("logs", "--no-color", "engine"))
        client = httpx.Client(base_url=self.url, timeout=60, trust_env=False)
        answer = client.post(
            "/first-administrator",
            json={"invitation": found[-1], "name": "ada", "password": PASSWORD},
        )
        assert answer.is_success, answer.text
        return client

    def token(self, client: httpx.Client, *scopes: str) -> str:
        """One that this person makes for a program."""
        wish = {"label": "a test", "scopes": scopes}
        answer = client.post("/tokens", json=wish)
        assert answer.is_success, answer.text
        return str(answer.json()["token"])

    def sign_in_at_keycloak(self, name: str, password: str) -> httpx.Client:
        """Somebody who has filled in the form there, as a browser does."""
        client = httpx.Client(
            base_url=self.url, timeout=60, trust_env=False, follow_redirects=True
        )

        def trust_this_machine(_: httpx.Response) -> None:
            for cookie in client.cookies.jar:
                cookie.secure = False

        client.event_hooks = {"response": [trust_this_machine]}
        page = client.get("/oidc/sign-in?next=/services")
        found = FORM.search(page.text)
        assert found, f"{page.url}: {page.text}"
        fields = {"username": name, "password": password}
        answer = client.post(html.unescape(found[1]), data=fields)
        assert answer.is_success, answer.text
        return client


def blur(client: httpx.Client) -> str:
    """Start the blurring of a face; the id of the task."""
    files = {"image": ("face.jpg", PHOTO.read_bytes(), "image/jpeg")}
    answer = client.post("/services/face-blur", files=files)
    assert answer.is_success, answer.text
    return str(answer.json()["jobId"])


def end_of(client: httpx.Client, task: str) -> str:
    """How a task has ended; waits until it has."""
    states = []

    def has_ended() -> bool:
        # What one replica was asked when it was killed is asked again.
        try:
            states.append(client.get(f"/tasks/{task}/status").json()["status"])
        except (httpx.HTTPError, ValueError, KeyError):
            return False
        return bool(states[-1] != "running")

    block_until(
        has_ended,
        seconds=END_SECONDS,
        look_seconds=PAUSE_SECONDS,
        explain=lambda: f"task {task}: {states[-3:]}",
    )
    return str(states[-1])


def blurred(client: httpx.Client, task: str) -> bytes:
    """The picture that a task has made."""
    answer = client.get(f"/tasks/{task}/files/blurred")
    assert answer.is_success, answer.text
    return answer.content


class Load:
    """Tasks that are started without a pause, by several at once."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._start_tasks) for _ in range(STARTERS)
        ]
        self.tasks: list[str] = []
        self.refused: list[str] = []

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, more: int) -> None:
        """Returns when so many more tasks were accepted."""
        wanted = len(self.tasks) + more
        block_until(
            lambda: len(self.tasks) >= wanted,
            seconds=END_SECONDS,
            look_seconds=PAUSE_SECONDS,
            explain=lambda: f"{len(self.tasks)} of {wanted}; {self.refused[-3:]}",
        )

    def _start_tasks(self) -> None:
        while not self._over.wait(PAUSE_SECONDS):
            try:
                self.tasks.append(blur(self._client))
            except (httpx.HTTPError, AssertionError) as fault:
                self.refused.append(repr(fault))


def when_healthy(container: str) -> float:
    """Seconds until a container is healthy again."""
    began = time.monotonic()

    def is_healthy() -> bool:
        words = ("--format", "{{.State.Health.Status}}", container)
        try:
            return run("docker", "inspect", *words).strip() == "healthy"
        except Failed:
            return False

    block_until(is_healthy, seconds=END_SECONDS, look_seconds=PAUSE_SECONDS)
    return time.monotonic() - began
