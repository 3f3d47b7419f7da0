"""The settings of a service, read from the environment once, when it starts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from service_sdk.errors import BadSetting


@dataclass(frozen=True)
class Settings:
    """Each field is set by the environment variable of its name in capitals."""

    engine_url: str = ""  # empty: nothing is announced
    service_url: str = ""  # own public address; empty: loopback and the port
    host: str = "127.0.0.1"
    port: int = 9000
    workers: int = min(4, os.cpu_count() or 1)
    worker_kind: str = "threads"  # or "processes"
    queue_size: int = 100  # requests that wait for a worker
    open_limit: int = 1000  # requests that wait, run, or are being delivered
    max_body_mb: float = 256
    max_json_mb: float = 16
    max_parts: int = 64
    max_megapixels: float = 50
    keep_results: int = 100  # of calls without callback_url
    keep_seconds: float = 600
    shutdown_seconds: float = 20
    announce_seconds: float = 30
    callback_delay: float = 0.5  # before the first repeat of a callback; then more
    callback_hours: float = 6  # of repeating
    progress_seconds: float = 1  # between two words on how far a piece of work is
    spool_dir: str = ""  # where uploads wait; empty: the system's temporary folder

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read what is set; the rest keeps its default."""
        values: dict[str, Any] = {}
        for field in fields(cls):
            text = environment.get(field.name.upper(), "")
            if text:
                values[field.name] = _read(field.name.upper(), text, field.type)
        return cls(**values)

    def __post_init__(self) -> None:
        if self.worker_kind not in ("threads", "processes"):
            raise BadSetting("WORKER_KIND must be threads or processes")
        if self.workers < 1:
            raise BadSetting("WORKERS must be at least 1")

    @property
    def address(self) -> str:
        """Where others reach this service."""
        return (self.service_url or f"http://127.0.0.1:{self.port}").rstrip("/")


def _read(name: str, text: str, kind: Any) -> object:
    try:
        return kind(text)
    except ValueError:
        raise BadSetting(f"{name}={text!r} is not a number") from None
