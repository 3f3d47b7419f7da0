"""Containers as an operator runs them: nothing can be written but what must be."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx

from deploy.commands import run
from deploy.images import base, build, builder, chosen_images, revision
from servers.waiting import block_until

LOCKED = (
    "--read-only",
    "--tmpfs=/tmp",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
)


class Images:
    """The newest name of an image by its short one; each is built once asked for."""

    def __init__(self) -> None:
        # Asked once: somebody may commit while the tests run.
        self.revision = revision()
        self._built: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        if name not in self._built:
            (image,) = chosen_images([name])
            build(image, program=builder(), base=base(), revision=self.revision)
            self._built[name] = image.tags(self.revision)[0]
        return self._built[name]

    def settings(self, name: str) -> dict[str, Any]:
        """What containers of it get: user, labels, what is started."""
        (known,) = json.loads(run("docker", "image", "inspect", self[name]))
        return dict(known["Config"])


class Container:
    """One that runs, with one port that this machine reaches."""

    def __init__(self, identity: str, port: int) -> None:
        self.identity = identity
        published = run("docker", "port", identity, f"{port}/tcp").splitlines()[0]
        self.url = f"http://{published}"

    def get(self, path: str, accept: str = "*/*") -> httpx.Response:
        headers = {"accept": accept}
        return httpx.get(f"{self.url}{path}", headers=headers, trust_env=False)

    def wait_for(self, path: str) -> None:
        """Returns when the path answers; else says what the container said."""

        def answers() -> bool:
            try:
                return self.get(path).is_success
            except httpx.TransportError:
                return False

        block_until(answers, look_seconds=0.2, explain=self.said)

    def said(self) -> str:
        """What it has logged."""
        return run("sh", "-c", 'docker logs "$0" 2>&1', self.identity)

    def inspect(self) -> dict[str, Any]:
        """What the Docker Engine knows of it."""
        (known,) = json.loads(run("docker", "inspect", self.identity))
        return dict(known)

    def execute(self, *command: str) -> str:
        """What a command in it wrote."""
        return run("docker", "exec", self.identity, *command)


@contextmanager
def running(
    image: str, port: int, *, options: Sequence[str] = (), command: Sequence[str] = ()
) -> Iterator[Container]:
    """A container of the image, which is removed at the end."""
    published = f"--publish=127.0.0.1::{port}"
    words = ("run", "--detach", *LOCKED, published, *options, image, *command)
    identity = run("docker", *words).strip()
    try:
        yield Container(identity, port)
    finally:
        run("docker", "rm", "--force", "--volumes", identity)
