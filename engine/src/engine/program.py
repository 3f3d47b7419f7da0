"""The command `marketplace` as it can be typed in this shell."""

import os
import shlex
import shutil
import sys
from importlib import metadata
from pathlib import Path

NAME = "marketplace"
DISTRIBUTION = "ai-marketplace"
"""Under this name it is installed."""
ENGINE_VARIABLE = "ENGINE_URL"

LOOPBACK = "127.0.0.1"
PORT = 8000
"""As in the settings, which are not imported here: help must come at once."""
DEFAULT_ENGINE = f"http://{LOOPBACK}:{PORT}"


def version() -> str:
    """The version of the engine; of one that was not installed nobody knows it."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "unknown"


def command(*words: str, engine: str = DEFAULT_ENGINE) -> str:
    """A command with these words, for an engine at this address.

    >>> command("show", "a b", engine="http://host").endswith("--engine http://host")
    True
    """
    options: list[str] = []
    # The commands look there by themselves.
    if engine != os.environ.get(ENGINE_VARIABLE, DEFAULT_ENGINE):
        options = ["--engine", engine]
    return shlex.join([_program(), *words, *options])


def _program() -> str:
    """The name, if the shell finds it; else its path, from here if it is below."""
    if shutil.which(NAME):
        return NAME

    path = Path(sys.executable).parent / NAME
    if not path.is_file():
        return NAME  # not installed in the usual way: the name says most
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
