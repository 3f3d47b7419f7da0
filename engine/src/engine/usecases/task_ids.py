"""Ids of tasks that can be computed, so that no table has to remember them."""

import hashlib
import hmac
import uuid
from collections.abc import Sequence

from engine.domain.frame import FramePath
from engine.usecases.callback_ids import CallbackIds


class TaskIds:
    """Makes ids that cannot be made without the secret.

    While there are `old` secrets, a task may have been started under one of those.
    """

    def __init__(self, secret: bytes, old: Sequence[bytes] = ()) -> None:
        self._secrets = (secret, *old)
        self._signing = [CallbackIds(one) for one in self._secrets]

    def of_key(self, route: str, key: str, owner: str = "") -> Sequence[str]:
        """The ids that an idempotency key gives, the first of them for a new task.

        The same key gives the same id; only the engine can compute it. So a second
        insert finds the first task, with no table of keys; and a caller who knows the
        key of another one does not know the task. Without an owner they are the ids
        that engines without accounts compute.
        """
        return [_id(secret, route, key, owner) for secret in self._secrets]

    def of_call(
        self, route: str, path: FramePath, node: str, attempt: int
    ) -> Sequence[str]:
        """The tasks that an attempt may have started by calling a pipeline."""
        keys = [
            key_of_call(signing.sign(path, node, attempt)) for signing in self._signing
        ]
        pairs = zip(self._secrets, keys, strict=True)
        return [_id(secret, route, key) for secret, key in pairs]


def _id(secret: bytes, route: str, key: str, owner: str = "") -> str:
    text = f"{route}\n{key}"
    if owner:
        # No key has two line breaks in it.
        text += f"\n\n{owner}"
    digest = hmac.digest(secret, text.encode(), hashlib.sha256)
    return str(uuid.UUID(bytes=digest[:16], version=4))


def key_of_call(callback_id: str) -> str:
    """The idempotency key of a call: the same each time one attempt is called.

    The hash makes it short.
    """
    return hashlib.sha256(callback_id.encode()).hexdigest()
