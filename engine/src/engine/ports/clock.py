"""The time, and what is opened and closed again."""

from contextlib import AbstractAsyncContextManager, AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

Opened = AbstractAsyncContextManager[Any] | AbstractContextManager[Any]
"""What has to be opened before it is used, and closed afterwards."""


class Clock(Protocol):
    """Tells the time, aware and in UTC."""

    def __call__(self) -> datetime: ...
