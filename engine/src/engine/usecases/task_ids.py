"""Ids of tasks that can be computed, so that no table has to remember them."""

import hashlib
import hmac
import uuid


class TaskIds:
    """Makes ids that cannot be made without the secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def of_key(self, route: str, key: str) -> str:
        """The same idempotency key gives the same id; only the engine can compute it.

        So a second insert finds the first task, with no table of keys; and a caller
        who knows the key of another one does not know the task.
        """
        digest = hmac.digest(self._secret, f"{route}\n{key}".encode(), hashlib.sha256)
        return str(uuid.UUID(bytes=digest[:16], version=4))

    def of_call(self, route: str, callback_id: str) -> str:
        """The task that an attempt starts when it calls a pipeline of this engine."""
        return self.of_key(route, key_of_call(callback_id))


def key_of_call(callback_id: str) -> str:
    """The idempotency key of a call: the same each time one attempt is called.

    The hash makes it short.
    """
    return hashlib.sha256(callback_id.encode()).hexdigest()
