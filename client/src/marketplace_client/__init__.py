"""Runs the pipelines and services of an AI marketplace.

>>> from pathlib import Path
>>> from marketplace_client import Client
>>> with Client("http://localhost:8000") as client:  # doctest: +SKIP
...     result = client.run("face-blur", image=Path("photo.jpg"))
...     result["blurred"].save("blurred.jpg")
"""

from marketplace_client.asynchronous import (
    AsyncClient,
    AsyncRemoteFile,
    AsyncResult,
    AsyncTask,
)
from marketplace_client.errors import (
    Fault,
    MarketplaceError,
    Problem,
    TaskFailed,
    TimedOut,
    Unreachable,
)
from marketplace_client.shapes import Event, Failure, Json, Progress, Status
from marketplace_client.synchronous import Client, RemoteFile, Result, Task
from marketplace_client.uploads import Upload

__all__ = [
    "AsyncClient",
    "AsyncRemoteFile",
    "AsyncResult",
    "AsyncTask",
    "Client",
    "Event",
    "Failure",
    "Fault",
    "Json",
    "MarketplaceError",
    "Problem",
    "Progress",
    "RemoteFile",
    "Result",
    "Status",
    "Task",
    "TaskFailed",
    "TimedOut",
    "Unreachable",
    "Upload",
]
