"""Starts everything on this machine with Docker Compose: `make compose`.

Makes the secrets that are missing first. They are files in deploy/secrets, which only
the user who made them can look into.
"""

import secrets
import sys
from pathlib import Path

from deploy.commands import ROOT, run

FILE = ROOT / "deploy" / "compose.yaml"
SECRETS = ROOT / "deploy" / "secrets"

KEY_BYTES = 32
BUCKET = "marketplace"
S3_ADDRESS = "s3:7070"

# Containers read them as another user; the folder keeps everybody else out.
PRIVATE_FOLDER = 0o700
READABLE = 0o644


def make_secrets(folder: Path) -> list[str]:
    """Make those that are missing; the names of these. What is there stays."""
    folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    made = []
    for name in ("secret", "service_token", "s3_key", "s3_secret", "grafana_password"):
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


def main(profiles: list[str]) -> None:
    """Make the secrets, start everything, wait until it is healthy."""
    for name in make_secrets(SECRETS):
        print(f"made deploy/secrets/{name}")

    chosen = [f"--profile={name}" for name in profiles]
    run("docker", "compose", "--file", str(FILE), *chosen, "up", "--detach", "--wait")
    print(
        "it is at http://127.0.0.1:8000; the log has the address for the first person:"
    )
    print(f"  docker compose --file {FILE.relative_to(ROOT)} logs engine")


if __name__ == "__main__":
    main(sys.argv[1:])
