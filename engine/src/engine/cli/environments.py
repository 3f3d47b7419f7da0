"""The Python of a service: its own, if its folder has a `requirements.txt`.

So the packages of one service need not fit those of another. uv makes the environment
once for a file, a Python and an SDK; it is kept in the cache of the user.
"""

import asyncio
import fcntl
import hashlib
import os
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

from engine.cli.trouble import Trouble

REQUIREMENTS = "requirements.txt"

KEY_CHARACTERS = 16
"""Of the hash that an environment is named after."""

READY = "ready"
"""This file is in an environment that was made to its end."""

MAX_SHOWN_CHARACTERS = 3000
"""Of what uv says; the reason stands at its end."""

LOOK_SECONDS = 0.2
"""Between two looks whether another process has made the environment."""


async def python_of(folder: Path, say: Callable[[str], None]) -> Path:
    """The Python that runs the service of a folder; raises `Trouble`.

    It may take minutes the first time; `say` is told so.
    """
    requirements = folder / REQUIREMENTS
    if not requirements.is_file():
        return Path(sys.executable)

    environment = _cache() / f"{folder.name}-{_key(requirements)}"
    python = environment / "bin" / "python"
    async with _alone_with(environment):
        if not (environment / READY).exists():
            say(f"makes an environment from {requirements}; this is done once")
            await _make(environment, python, requirements)
            (environment / READY).touch()
    return python


def _cache() -> Path:
    chosen = os.environ.get("XDG_CACHE_HOME")
    folder = Path(chosen) if chosen else Path.home() / ".cache"
    return folder / "ai-marketplace" / "environments"


def _key(requirements: Path) -> str:
    """What tells the environments of a service apart."""
    parts = (
        sys.version.encode(),
        (_sdk() / "pyproject.toml").read_bytes(),
        requirements.read_bytes(),
    )
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:KEY_CHARACTERS]


def _sdk() -> Path:
    """The folder of the SDK's project."""
    spec = find_spec("service_sdk")
    if spec and spec.origin:
        folder = Path(spec.origin).parents[2]
        if (folder / "pyproject.toml").is_file():
            return folder
    raise Trouble(
        f"a service with a {REQUIREMENTS} needs the project of the SDK",
        "run this command in a clone of the repository, made with make install",
    )


@asynccontextmanager
async def _alone_with(environment: Path) -> AsyncIterator[None]:
    """Let one process make an environment, while others wait for it."""
    environment.parent.mkdir(parents=True, exist_ok=True)
    with environment.with_name(f"{environment.name}.lock").open("w") as lock:
        while not _is_locked(lock.fileno()):
            await asyncio.sleep(LOOK_SECONDS)
        yield


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _make(environment: Path, python: Path, requirements: Path) -> None:
    uv = _uv()
    # What a broken run has left is of no use.
    shutil.rmtree(environment, ignore_errors=True)
    await _run(
        requirements,
        uv,
        "venv",
        "--quiet",
        "--python",
        sys.executable,
        str(environment),
    )

    # Both at once, so that uv finds versions that fit the SDK and the service.
    into = ("--python", str(python))
    sdk = f"{_sdk()}[pictures]"
    wanted = ("--editable", sdk, "--requirement", str(requirements))
    await _run(requirements, uv, "pip", "install", "--quiet", *into, *wanted)


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.is_file() else shutil.which("uv")
    if not found:
        raise Trouble(
            f"a service with a {REQUIREMENTS} needs uv, which is not here",
            "install it: pip install uv",
        )
    return found


async def _run(requirements: Path, *command: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=requirements.parent,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        process_group=0,
    )
    try:
        said, _ = await process.communicate()
    finally:
        # The command that started it may have been told to stop.
        if process.returncode is None:
            process.kill()

    if process.returncode:
        reason = said.decode(errors="replace").strip()[-MAX_SHOWN_CHARACTERS:]
        raise Trouble(
            f"uv cannot make an environment from {requirements}:\n{reason}",
            "change the file; the service starts as soon as uv can install it",
        )
