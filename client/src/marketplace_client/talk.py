"""What both clients say and understand, without sending anything themselves."""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

DEFAULT_URL = "http://localhost:8000"
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

NETWORK_SECONDS = 60.0
"""Between two pieces of an answer: a stream of events shows four times a minute that it
lives."""
CONNECT_SECONDS = 5.0

RETRIES = 4
"""How often a request is repeated whose answer did not come, or was 502, 503 or 504."""
RETRY_STATUSES = frozenset({502, 503, 504})
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 5.0

POLL_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0)
"""Between two looks at a task, where events do not come; the last one repeats."""

PIECE_BYTES = 64 * 1024


def http_options(url: str, timeout: float | None, options: Mapping[str, Any]) -> Any:
    """How httpx is set up for an engine."""
    seconds = NETWORK_SECONDS if timeout is None else timeout
    # A proxy named in the environment would look for the loopback address on its own
    # machine.
    trust_env = urlsplit(url).hostname not in LOOPBACK_HOSTS
    usual = {
        "base_url": url.rstrip("/"),
        "timeout": httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
        "trust_env": trust_env,
    }
    return {**usual, **options}


def start_path(route: str) -> str:
    """Where a task of a route is started."""
    return f"/services/{quote(route, safe='')}"


def task_path(task_id: str, rest: str = "") -> str:
    """Where something of a task is."""
    return f"/tasks/{quote(task_id, safe='')}{rest}"


def pauses(retries: int) -> Iterator[float]:
    """The waits before each repeat, in seconds: growing, and each a bit by chance."""
    for retry in range(retries):
        pause = min(FIRST_PAUSE_SECONDS * 2**retry, LONGEST_PAUSE_SECONDS)
        yield pause * random.uniform(0.5, 1)  # nosec B311 # nobody has to guess it


def pause_of(answer: httpx.Response, pause: float) -> float:
    """The wait before a repeat, if the answer asks for another one."""
    asked = answer.headers.get("retry-after", "")
    if asked.isascii() and asked.isdigit():
        return min(max(pause, float(asked[:4])), LONGEST_PAUSE_SECONDS)
    return pause


def with_files(value: Any, task_id: str, file: Callable[[str], Any]) -> Any:
    """Outputs, with a file in the place of each address of one."""
    if isinstance(value, str):
        path = file_path(value, task_id)
        return value if path is None else file(path)
    if isinstance(value, list):
        return [with_files(item, task_id, file) for item in value]
    if isinstance(value, dict):
        return {key: with_files(one, task_id, file) for key, one in value.items()}
    return value


def file_path(text: str, task_id: str) -> str | None:
    """The path of a file, if a text is the address of one of the task's files.

    Only the path is used, at the engine that the client knows: outputs come from
    strangers, and the headers of the caller may hold a key.

    >>> file_path("http://localhost:8000/tasks/7f/files/zones.0.image", "7f")
    '/tasks/7f/files/zones.0.image'
    """
    before, found, name = text.rpartition(f"/tasks/{task_id}/files/")
    if not found or not before.startswith(("http://", "https://")):
        return None
    return found + name if re.fullmatch(r"[\w.~%-]+", name, re.ASCII) else None
