"""What is imported before the engine is ready, or before help is shown.

Everybody waits for that. It is not timed here, since a busy machine would make the test
one of chance: a new interpreter says what it has imported.
"""

import subprocess
import sys
from pathlib import Path

from .conftest import ROOT

EMBEDDED = """
import sys
from pathlib import Path

import engine.cli.commands
import engine.cli.serving
from engine.bootstrap import create
from engine.settings import Settings

create(Settings.from_environment({"DATA_DIR": sys.argv[1]}))
print(*sys.modules, sep="\\n")
"""

COMMANDS = """
import sys

import engine.cli.commands

print(*sys.modules, sep="\\n")
"""

OF_OTHER_SETS = {"pymongo", "motor", "nats", "aioboto3", "botocore"}
OF_ACCOUNTS = {"argon2", "zxcvbn"}
OF_COMMANDS = {"rich", "httpx"}
OF_SERVICES = {"numpy", "PIL", "cv2"}
OF_THE_SERVER = {
    "aiohttp",
    "cryptography",
    "fastapi",
    "joserfc",
    "jsonschema_rs",
    "networkx",
    "prometheus_client",
    "pydantic",
    "uvicorn",
}


def test_the_embedded_set_waits_for_no_client_of_another_set(tmp_path: Path) -> None:
    imported = imported_by(EMBEDDED, str(tmp_path / "data"))

    assert {"fastapi", "aiohttp"} <= imported
    assert not imported & (OF_OTHER_SETS | OF_ACCOUNTS | OF_COMMANDS | OF_SERVICES)


def test_help_waits_for_nothing_that_serves_or_asks() -> None:
    imported = imported_by(COMMANDS)

    assert "typer" in imported
    assert not imported & (OF_THE_SERVER | OF_OTHER_SETS | OF_ACCOUNTS | OF_COMMANDS)


def imported_by(program: str, *arguments: str) -> set[str]:
    """The modules of a new interpreter that has run a program."""
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return set(ran.stdout.split())
