"""Keys of blobs: a task, a slash, a name; the same in every store."""

import hashlib
import re
import secrets

from engine.domain.errors import Unknown

# A name begins with a letter or a digit and has no slash: so no key is `..`, hidden,
# absolute or in a deeper folder, whatever a caller sends.
NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}"
TASK = re.compile(NAME)
KEY = re.compile(f"{NAME}/{NAME}")

RANDOM_BYTES = 16
"""Of a new key: two blobs never get the same, even if two replicas make them."""

NAME_HASH_CHARACTERS = 40
"""Of a named key: 160 bits of SHA-256, so two names never get the same key."""


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
    return checked(f"{task}/{secrets.token_hex(RANDOM_BYTES)}")


def named_key(task: str, name: str) -> str:
    """The one key of a name, which may hold any characters, in a task."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return checked(f"{task}/named-{digest[:NAME_HASH_CHARACTERS]}")


def copied_key(key: str, task: str) -> str:
    """The key of a copy in another task.

    >>> copied_key("t1/x", "t2")
    't2/x'
    """
    return checked(f"{task}/{checked(key).partition('/')[2]}")
