"""The settings of a service, read from the environment once, when it starts."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bounded_server.limits import ServerLimits

from service_sdk.errors import BadSetting

MEGA = 1_000_000
SECONDS_PER_HOUR = 3600

DEFAULT_MAX_MEGAPIXELS = 50.0
"""Such a picture takes 150 MB once it is decoded: three bytes for each pixel."""

# A bound on the memory that one service takes on a machine with many cores: each
# worker holds the files and arrays of one piece of work.
MOST_WORKERS_BY_DEFAULT = 4

# The reasons for these defaults stand there.
SERVER_LIMITS = ServerLimits()


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Each field is set by the environment variable of its name in capitals."""

    engine_url: str = ""
    """Empty: nothing is announced."""

    engine_token: str = field(default="", repr=False)
    """With which the service announces itself where the engine has accounts."""

    service_url: str = ""
    """The service's own public address. Empty: loopback and the port."""

    allowed_hosts: str = ""
    """Host names under which the service answers, besides loopback, HOST and that of
    SERVICE_URL; separated by commas. "*": any."""

    callback_addresses: str = ""
    """Where results may go, besides the engine at ENGINE_URL: HOST, HOST:PORT,
    *.SUFFIX or *, separated by commas."""

    use_proxy: bool = False
    """Whether callbacks and announcements go through the proxies that the environment
    names (HTTP_PROXY …). Engine and services are usually neighbours, and a proxy would
    look for a loopback address on its own machine."""

    host: str = "127.0.0.1"
    port: int = 9000

    workers: int = min(MOST_WORKERS_BY_DEFAULT, os.cpu_count() or 1)
    worker_kind: str = "processes"
    """Or "threads", which take less memory but cannot be ended: the limits of a job do
    not apply to them."""

    job_seconds: float = 300
    """How long one piece of work may take. The engine itself waits so long for a node,
    unless its pipeline says otherwise."""

    job_memory_mb: float = 2000
    """Of the process that does a piece of work, with the model that it has loaded. The
    heaviest operation of the services here takes half of it, for a picture of
    MAX_MEGAPIXELS."""

    queue_size: int = 100
    """Requests that wait for a worker."""

    open_limit: int = 1000
    """Requests that wait, run, or whose result is being delivered."""

    max_body_mb: float = 256
    max_json_mb: float = 16
    max_parts: int = 1000
    max_megapixels: float = DEFAULT_MAX_MEGAPIXELS

    max_connections: int = SERVER_LIMITS.max_connections
    """Connections that are open at the same time."""

    max_peer_connections: int = SERVER_LIMITS.max_peer_connections
    """The same, from one address."""

    min_rate: int = SERVER_LIMITS.min_rate
    """Bytes in a second that a client must send of a body, or take of an answer."""

    keep_results: int = 100
    """Results of calls without `callback_url` that are kept at the same time."""

    keep_seconds: float = 600

    shutdown_seconds: float = 20
    announce_seconds: float = 30

    callback_delay: float = 0.5
    """Seconds before a callback is sent again; the next delays are longer."""

    callback_hours: float = 6
    """After this time an undelivered result is given up."""

    progress_seconds: float = 1
    """Time between two progress messages of one piece of work."""

    otel_exporter_otlp_endpoint: str = ""
    """Where the spans of jobs go, by OTLP over HTTP: http://HOST:4318. Empty: none are
    made. It needs the packages of `service-sdk[traces]`."""

    spool_dir: str = ""
    """The folder where uploads wait. Empty: the system's temporary folder."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the variables that are set; the other settings keep their default."""
        values: dict[str, Any] = {}

        for one in fields(cls):
            variable = one.name.upper()
            text = environment.get(variable, "") or _in_a_file(variable, environment)
            if text:
                values[one.name] = _read(variable, text, one.type)

        return cls(**values)

    def __post_init__(self) -> None:
        if self.worker_kind not in ("threads", "processes"):
            raise BadSetting("WORKER_KIND must be threads or processes")

        if self.workers < 1:
            raise BadSetting("WORKERS must be at least 1")

    @property
    def address(self) -> str:
        """Where others reach this service."""
        address = self.service_url or f"http://127.0.0.1:{self.port}"
        return address.rstrip("/")

    @property
    def own_hosts(self) -> frozenset[str]:
        """The names under which the service answers, besides loopback."""
        host = urlsplit(self.address).hostname or ""
        bare = {host, self.host}
        bracketed = {f"[{name}]" for name in bare if ":" in name}
        return frozenset({*bare, *bracketed, *_words(self.allowed_hosts)} - {""})

    @property
    def callback_words(self) -> tuple[str, ...]:
        """The parts of CALLBACK_ADDRESSES."""
        return tuple(_words(self.callback_addresses))

    @property
    def job_memory_bytes(self) -> int:
        """The memory of a worker process."""
        return int(self.job_memory_mb * MEGA)

    @property
    def max_body_bytes(self) -> int:
        """The largest body of a request."""
        return int(self.max_body_mb * MEGA)

    @property
    def server_limits(self) -> ServerLimits:
        """What the HTTP server allows its clients."""
        return ServerLimits.of(self)

    @property
    def max_pixels(self) -> int:
        """The largest picture, width times height."""
        return int(self.max_megapixels * MEGA)

    @property
    def callback_seconds(self) -> float:
        """How long a result is sent again and again."""
        return self.callback_hours * SECONDS_PER_HOUR


def _in_a_file(variable: str, environment: Mapping[str, str]) -> str:
    """The value, if NAME_FILE says in which file it is; a container is given secrets
    so."""
    path = environment.get(f"{variable}_FILE", "")
    if not path:
        return ""
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise BadSetting(f"{variable}_FILE: {fault}") from None


def _words(text: str) -> list[str]:
    """What stands between commas or blanks, in lower case."""
    return text.lower().replace(",", " ").split()


def _read(variable: str, text: str, kind: Any) -> object:
    if kind is bool:
        return _read_bool(variable, text)
    try:
        value = kind(text)
    except ValueError:
        raise BadSetting(f"{variable}={text!r} is not a number") from None

    # Neither a time nor a size can be infinite: what is made of it would overflow.
    if isinstance(value, float) and not math.isfinite(value):
        raise BadSetting(f"{variable}={text!r} is not a finite number")
    return value


def _read_bool(variable: str, text: str) -> bool:
    if text.lower() in ("1", "true", "yes"):
        return True
    if text.lower() in ("0", "false", "no"):
        return False
    raise BadSetting(f"{variable}={text!r} is neither 1 nor 0")
