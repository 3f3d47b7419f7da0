"""Starts everything on this machine with Docker Compose: `make compose`.

Makes the secrets that are missing first. They are files in deploy/secrets, which only
the user who made them can look into.
"""

import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

from deploy.commands import ROOT, Failed, run
from servers.waiting import GaveUp, block_until

FILE = ROOT / "deploy" / "compose.yaml"
SECRETS = ROOT / "deploy" / "secrets"

USUAL_ADDRESS = "127.0.0.1:8000"
ACCOUNTS = "accounts"
"""The profile with a provider of OpenID Connect."""

READY = "/readyz"
REALM = "/keycloak/realms/marketplace"
LOOK_SECONDS = 5.0
OPENER = build_opener(ProxyHandler({}))
"""It is on this machine, and nobody's proxy is asked for that."""

KEY_BYTES = 32
BUCKET = "marketplace"
S3_ADDRESS = "s3:7070"

RANDOM = (
    *("secret", "service_token", "s3_key", "s3_secret"),
    *("oidc_secret", "first_password", "keycloak_password", "grafana_password"),
)
"""Each is a random text of its own."""

# Containers read them as another user; the folder keeps everybody else out.
PRIVATE_FOLDER = 0o700
READABLE = 0o644


def make_secrets(folder: Path) -> list[str]:
    """Make those that are missing; the names of these. What is there stays."""
    folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    made = []
    for name in RANDOM:
        if _written(folder / name, secrets.token_hex(KEY_BYTES)):
            made.append(name)

    key, secret = ((folder / name).read_text() for name in ("s3_key", "s3_secret"))
    if _written(folder / "s3_url", f"http://{key}:{secret}@{S3_ADDRESS}/{BUCKET}"):
        made.append("s3_url")

    # A person makes it when there are people: until then Prometheus is refused.
    if _written(folder / "metrics_token", ""):
        made.append("metrics_token")
    return made


def _written(path: Path, content: str) -> bool:
    """Whether the file was not there, and is now."""
    try:
        with open(path, "x") as file:
            file.write(content)
    except FileExistsError:
        return False
    path.chmod(READABLE)
    return True


def settings(environment: Mapping[str, str], profiles: Sequence[str]) -> dict[str, str]:
    """What follows for the file from what is set and chosen.

    >>> settings({"ADDRESS": "127.0.0.1:9000"}, ["watch"])
    {'BROWSER_URL': 'http://127.0.0.1:9000', 'BROWSER_HOST': '127.0.0.1'}
    >>> settings({"BROWSER_URL": "https://school.example"}, ["accounts"])["AUTH"]
    'oidc'
    """
    address = environment.get("ADDRESS") or USUAL_ADDRESS
    url = environment.get("BROWSER_URL") or f"http://{address}"
    found = {"BROWSER_URL": url, "BROWSER_HOST": urlsplit(url).hostname or ""}
    if ACCOUNTS in profiles:
        found["AUTH"] = environment.get("AUTH") or "oidc"
    return found


def compose(*words: str) -> str:
    """What Docker Compose says of this file; raises `Failed`."""
    return run("docker", "compose", "--file", str(FILE), *words)


def answers(url: str) -> bool:
    """Whether there is what the address names."""
    try:
        with OPENER.open(url, timeout=LOOK_SECONDS) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except (OSError, HTTPException):
        return False


def wait_for(url: str) -> None:
    """Returns when it answers; raises `GaveUp`."""
    block_until(lambda: answers(url), look_seconds=1, explain=lambda: url)


def main(profiles: list[str]) -> None:
    """Make the secrets, start everything, wait until it is healthy."""
    folder = Path(os.environ.get("SECRETS_FOLDER") or SECRETS).resolve()
    os.environ["SECRETS_FOLDER"] = str(folder)
    for name in make_secrets(folder):
        print(f"made {folder / name}")

    chosen = settings(os.environ, profiles)
    os.environ |= chosen
    try:
        compose("version")
    except (Failed, FileNotFoundError):
        sys.exit("there is no docker compose; `make compose-plugin` builds it")
    try:
        words = [f"--profile={name}" for name in profiles]
        compose(*words, "up", "--detach", "--wait", "--remove-orphans")
        # Containers that are new are healthy before the door has found them.
        address = os.environ.get("ADDRESS") or USUAL_ADDRESS
        for path in (READY, *(REALM for name in profiles if name == ACCOUNTS)):
            wait_for(f"http://{address}{path}")
    except (Failed, GaveUp) as error:
        sys.exit(str(error))

    print(f"it is at {chosen['BROWSER_URL']}")
    if ACCOUNTS in profiles:
        print(f"sign in as “first”, with the password in {folder / 'first_password'}")
    else:
        print("the log has the address for the first person:")
        print(f"  docker compose --file {FILE.relative_to(ROOT)} logs engine")


if __name__ == "__main__":
    main(sys.argv[1:])
