"""Keys of blobs: a task, a slash, a name; the same in every store."""

import hashlib
import re
import secrets

from engine.domain.errors import Unknown

NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}"
TASK, KEY = re.compile(NAME), re.compile(f"{NAME}/{NAME}")


def is_task(task: str) -> bool:
    """Whether blobs can be kept under this name."""
    return TASK.fullmatch(task) is not None


def is_key(key: str) -> bool:
    """Whether a blob can have this key."""
    return KEY.fullmatch(key) is not None


def checked(key: str) -> str:
    """The key; raises `Unknown` if no blob can have it."""
    if not is_key(key):
        raise Unknown("blob", key)
    return key


def new_key(task: str) -> str:
    """A key that no blob has; raises `Unknown` for what cannot be a task."""
    return checked(f"{task}/{secrets.token_hex(16)}")


def named_key(task: str, name: str) -> str:
    """The one key of a name, which may hold any characters, in a task."""
    return checked(f"{task}/named-{hashlib.sha256(name.encode()).hexdigest()[:40]}")
