"""The tokens that the command line keeps for this person: one for each engine."""

import json
import os
from contextlib import suppress
from pathlib import Path

TOKEN_VARIABLE = "MARKETPLACE_TOKEN"  # nosec B105 # the name of it
FILE = "tokens.json"
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def token_for(url: str) -> str:
    """The token to show to an engine; empty: there is none."""
    return os.environ.get(TOKEN_VARIABLE) or _kept().get(url, "")


def keep(url: str, token: str) -> Path:
    """Keep a token for an engine; the file, which nobody else may read."""
    return _write(_kept() | {url: token})


def forget(url: str) -> None:
    """Keep no token for an engine any more."""
    kept = _kept()
    if kept.pop(url, None) is not None:
        _write(kept)


def _path() -> Path:
    configured = os.environ.get("XDG_CONFIG_HOME")
    folder = Path(configured) if configured else Path.home() / ".config"
    return folder / "marketplace" / FILE


def _kept() -> dict[str, str]:
    # Most people have no such file, and one that cannot be read keeps nothing.
    with suppress(OSError, ValueError):
        found = json.loads(_path().read_text("utf-8"))
        if isinstance(found, dict):
            return found
    return {}


def _write(tokens: dict[str, str]) -> Path:
    """Write the file whole or not at all."""
    path = _path()
    path.parent.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")

    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with open(os.open(fresh, flags, PRIVATE_FILE), "w", encoding="utf-8") as file:
        json.dump(tokens, file, indent=1)
    fresh.replace(path)
    return path
