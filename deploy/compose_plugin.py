"""Docker Compose, where nothing brings it: built from its Go module.

`make compose-plugin`: a minute or two of two processors, once; it stays in
`.lab/docker-plugins`, which is a folder of settings of the command docker.
"""

import json
import os
import subprocess  # nosec B404 # go, with words of this file
import sys
from pathlib import Path

from deploy.commands import LAB, Failed, run, tell

SETTINGS = LAB / "docker-plugins"
PLUGIN = SETTINGS / "cli-plugins" / "docker-compose"

MODULE = "github.com/docker/compose/v2"
VERSION = "v2.40.3"
SUM = "h1:XeYkQu1svDtyfZPv5nTwFryQ25ZJMkIlc4pz9HalMPI="
"""Of all its files; its own go.sum has those of all that it needs."""


def is_there() -> bool:
    """Whether the command docker has a Compose, this one or another."""
    try:
        run("docker", "compose", "version")
    except (Failed, FileNotFoundError):
        return False
    return True


def build() -> None:
    """Build it unless it is there; raises `Failed`."""
    if PLUGIN.exists():
        return

    tell("building Docker Compose, once: a few minutes …")
    told = json.loads(run("go", "mod", "download", "-json", f"{MODULE}@{VERSION}"))
    if told["Sum"] != SUM:
        raise Failed(("go", "mod", "download"), f"its sum is {told['Sum']}")

    PLUGIN.parent.mkdir(parents=True, exist_ok=True)
    stamp = f"-s -w -X {MODULE}/internal.Version={VERSION}"
    command = ["go", "build", "-trimpath", f"-ldflags={stamp}", f"-o={PLUGIN}", "./cmd"]
    done = subprocess.run(  # nosec B603 # no shell, and no input of others
        command,
        cwd=Path(told["Dir"]),
        env=os.environ | {"GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Failed(command, done.stderr)


def main() -> None:
    """Build it, and say on standard output what a shell needs to use it."""
    try:
        build()
    except FileNotFoundError as error:
        sys.exit(f"there is no {error.filename} here: install Go 1.24 or newer")
    except Failed as error:
        sys.exit(str(error))
    print(f"export DOCKER_CONFIG={SETTINGS}")


if __name__ == "__main__":
    main()
