"""The operator's settings, read from the environment once."""

import ipaddress
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from bounded_server.limits import ServerLimits
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from engine.domain.checks.words import parameter_said
from engine.domain.pipeline import MAX_RETRIES
from engine.domain.rules import Rules


class BadSettings(Exception):
    """Settings that cannot be used; says which and why."""


MIN_SECRET_CHARACTERS = 32
"""Of hexadecimal digits: 128 bits, which nobody can try."""

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
"""How many seconds each unit of a span has."""


MAX_SPAN = timedelta(days=3650)
SPAN_WORDS = "write seconds, or 90s, 15m, 2h, 7d"


def _words(value: Any) -> Any:
    """A text is words between commas."""
    if not isinstance(value, str):
        return value
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _networks(value: Any) -> Any:
    """Words, each of which is an address or a network."""
    words = _words(value)
    for word in words:
        try:
            ipaddress.ip_network(word, strict=False)
        except ValueError:
            raise ValueError(f"“{word}” is no address or network") from None
    return words


def _span(value: Any) -> Any:
    """A number is seconds; a text may also end in s, m, h or d."""
    if not isinstance(value, str):
        return value

    number = value.strip()
    unit = "s"
    if number[-1:] in UNITS:
        unit = number[-1]
        number = number[:-1]

    try:
        span = timedelta(seconds=float(number) * UNITS[unit])
    except (ValueError, OverflowError):
        raise ValueError(SPAN_WORDS) from None

    # What is added to an instant must give another one.
    if not timedelta() < span <= MAX_SPAN:
        raise ValueError(f"it must be more than 0 and at most {MAX_SPAN.days}d")
    return span


def _secret(value: str) -> str:
    """A key that cannot be found by trying; none at all is kept in DATA_DIR."""
    if value and len(value) < MIN_SECRET_CHARACTERS:
        raise ValueError(
            f"it has {len(value)} characters; with fewer than {MIN_SECRET_CHARACTERS} "
            "it can be guessed; make one with `openssl rand -hex 32`"
        )
    return value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Networks = Annotated[tuple[str, ...], BeforeValidator(_networks)]
Span = Annotated[timedelta, BeforeValidator(_span)]
Secret = Annotated[str, AfterValidator(_secret)]
OldSecrets = Annotated[tuple[Secret, ...], BeforeValidator(_words)]

# What bounds tasks has its default there.
RULES = Rules()

# What bounds the HTTP server has its default there.
SERVER_LIMITS = ServerLimits()

# This machine and private networks: services are where the engine is.
LOCAL_ADDRESSES = (
    "localhost",
    "127.0.0.0/8",
    "::1/128",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "fc00::/7",
)


class Settings(BaseModel):
    """Each field is the environment variable of its name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Where it listens.
    host: str = Field(default="127.0.0.1", description="address to listen at")
    port: int = Field(default=8000, ge=0, le=65535, description="port to listen at")
    allow_remote: bool = Field(
        default=False,
        description="allow HOST to be reached from other machines; with AUTH=off "
        "I_KNOW_THERE_ARE_NO_ACCOUNTS=1 is needed too",
    )
    i_know_there_are_no_accounts: bool = Field(
        default=False,
        description="allow ALLOW_REMOTE with AUTH=off: anyone who reaches the port can "
        "do everything",
    )
    allowed_hosts: Words = Field(
        default=(),
        description="host names under which clients may call, besides loopback",
    )
    trusted_proxies: Networks = Field(
        default=(),
        description="addresses and networks of proxies whose X-Forwarded-Host, -Proto, "
        "-Prefix and -For are believed",
    )
    public_url: str = Field(
        default="",
        description="where services reach the engine; default: HOST and PORT",
    )
    reuse_port: bool = Field(
        default=False, description="let several replicas on this machine listen at PORT"
    )

    # Who may do what.
    auth: Literal["off", "accounts"] = Field(
        default="off",
        description="off: everything is done by one person; accounts: people sign in",
    )
    service_token: Secret = Field(
        default="",
        description="with AUTH=accounts: services that send it (their ENGINE_TOKEN) "
        "may announce themselves under any route; 32 characters at least",
    )
    session_idle: Span = Field(
        default=timedelta(hours=12),
        description="a session ends when it is not used for so long",
    )
    session_end: Span = Field(
        default=timedelta(days=7), description="a session ends after so long"
    )
    audit_kept: Span = Field(
        default=timedelta(days=183),
        description="how long it is kept who did what, with AUTH=accounts",
    )

    # Where it keeps what it knows.
    data_dir: Path = Field(
        default=Path("data"), description="folder of the embedded stores"
    )
    mongo_url: str = Field(
        default="",
        description="MongoDB for the state of tasks: mongodb://HOST:PORT,…/DATABASE"
        "?replicaSet=NAME; default: a file in DATA_DIR",
    )
    s3_url: str = Field(
        default="",
        description="bucket for binaries: s3://BUCKET or "
        "https://KEY:SECRET@HOST:PORT/BUCKET; default: a folder in DATA_DIR",
    )
    nats_url: str = Field(
        default="",
        description="NATS that spreads work over replicas: nats://HOST:PORT,…; "
        "default: no other replica is known",
    )
    pipelines_dir: Path | None = Field(
        default=Path("pipelines"),
        description="folder of pipelines published at start; they replace none that "
        "people published",
    )
    secret: Secret = Field(
        default="",
        description="key that signs callback ids, 32 characters at least, the same for "
        "all replicas; default: kept in DATA_DIR",
    )

    secret_old: OldSecrets = Field(
        default=(),
        description="values that SECRET had before: what was encrypted or signed under "
        "them is read, and encrypted again under SECRET",
    )

    # What it may call.
    service_addresses: Words = Field(
        default=LOCAL_ADDRESSES,
        description="where services and callers may be: CIDRs, names, *.suffix, *",
    )
    http_addresses: Words = Field(
        default=(), description="non-public addresses that http nodes may reach"
    )

    # What stands around the code of authors.
    sandbox_walls: Literal["available", "required", "off"] = Field(
        default="available",
        description="walls of the kernel around the code of authors: those that are "
        "available; required: no start without Landlock and seccomp; or off",
    )

    # What bounds tasks.
    retention: Span = Field(
        default=RULES.retention, description="how long an ended task is kept"
    )
    timeout: Span = Field(
        default=RULES.timeout,
        description="how long an attempt may take, for a node without `timeout`",
    )
    retry: int = Field(
        default=RULES.retry,
        ge=0,
        le=MAX_RETRIES,
        description="how often a failed attempt is repeated, for a node without "
        "`retry`",
    )
    concurrency: int = Field(
        default=RULES.concurrency,
        ge=1,
        description="frames open at once, for a loop without `concurrency`",
    )
    max_items: int = Field(default=RULES.max_items, ge=1, description="items of a loop")
    max_frames: int = Field(
        default=RULES.max_frames,
        ge=1,
        description="frames (items of loops, called tasks) that a task may make in "
        "all; one of many nodes counts more: 1 for every ten begun",
    )
    max_open_frames: int = Field(
        default=RULES.max_open_frames,
        ge=1,
        description="frames of a task open at once, on each level of its loops and "
        "calls; beyond it loops go slower and calls wait",
    )
    max_call_depth: int = Field(
        default=16, ge=0, le=100, description="how many pipelines may call each other"
    )
    max_rounds: int = Field(
        default=RULES.max_rounds,
        ge=1,
        description="how often cycles may reset a node in a frame",
    )
    max_evaluations: int = Field(
        default=RULES.max_evaluations, ge=1, description="runs of code in a frame"
    )

    max_value_bytes: int = Field(
        default=RULES.max_value_bytes,
        ge=1024,
        description="bytes of the input or the output of a node: its JSON, and 64 for "
        "each value in it",
    )
    max_frame_bytes: int = Field(
        default=RULES.max_frame_bytes,
        ge=1024,
        description="bytes of all inputs and outputs together that nodes have in a "
        "task, or in one item of a loop",
    )
    max_task_bytes: int = Field(
        default=RULES.max_task_bytes,
        ge=1024,
        description="bytes of a task and all items of its loops together: each of "
        "1000 items may have a thousandth of it",
    )

    # What bounds pipelines and services.
    max_pipeline: int = Field(
        default=1 << 20,
        ge=1,
        description="bytes of a pipeline's document, or of an announcement",
    )
    max_routes: int = Field(
        default=1000, ge=1, description="routes, of pipelines and services together"
    )
    kept_versions: int = Field(
        default=50,
        ge=0,
        le=1000,
        description="earlier versions of each pipeline that are kept, so that they can "
        "be looked at and restored; running tasks keep theirs in any case",
    )
    max_tried_versions: int = Field(
        default=1_000,
        ge=1,
        description="versions, of all routes together, that were stored to be tried "
        "and never published; and documents that were saved without publishing them",
    )
    max_schedules: int = Field(default=200, ge=1, le=10_000, description="schedules")
    max_secrets: int = Field(
        default=200, ge=1, le=10_000, description="secrets for `http` nodes"
    )
    max_instances: int = Field(
        default=100, ge=1, description="instances of one service"
    )

    # What bounds requests.
    max_body: int = Field(
        default=1 << 30, ge=1, description="bytes of a request with binaries"
    )
    max_json: int = Field(
        default=10 << 20, ge=1, description="bytes of a JSON body or part"
    )
    # Parsed, a body of MAX_JSON takes up to eight times its bytes. What is larger than
    # all of it goes alone.
    max_json_memory: int = Field(
        default=64 << 20,
        ge=1,
        description="memory for all JSON of requests and answers together, in bytes",
    )
    max_depth: int = Field(default=32, ge=1, le=200, description="nesting of JSON")
    max_parts: int = Field(default=100, ge=1, description="parts of a multipart body")
    max_values: int = Field(default=200_000, ge=1, description="values in a JSON body")
    max_starts: int = Field(
        default=500, ge=1, description="requests that start a task, at the same time"
    )

    # What bounds watchers. A stream holds a connection for as long as its task runs, so
    # they may take a quarter of MAX_CONNECTIONS; a task is of interest to few.
    max_watchers: int = Field(
        default=500, ge=1, description="streams of events, at the same time"
    )
    max_task_watchers: int = Field(
        default=100, ge=1, description="streams of events of one task"
    )

    # What bounds connections.
    max_connections: int = Field(
        default=SERVER_LIMITS.max_connections,
        ge=1,
        description="connections of clients, at the same time",
    )
    max_peer_connections: int = Field(
        default=SERVER_LIMITS.max_peer_connections,
        ge=1,
        description="connections from one address, at the same time; behind a proxy "
        "all clients have its address",
    )
    min_rate: int = Field(
        default=SERVER_LIMITS.min_rate,
        ge=0,
        description="bytes in a second that a client must send of a body, or read of "
        "an answer",
    )

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str], **given: Any
    ) -> "Settings":
        """Read the variables that are set; `given` wins. Raises `BadSettings`."""
        found: dict[str, Any] = {}
        for name in cls.model_fields:
            variable = name.upper()
            if variable in environment:
                found[name] = environment[variable]

        try:
            settings = cls.model_validate(found | given)
        except ValidationError as error:
            faults = [f"{str(e['loc'][0]).upper()}: {_said(e)}" for e in error.errors()]
            raise BadSettings("; ".join(faults)) from None

        settings.check_host()
        settings.check_stores()
        return settings

    def check_host(self) -> None:
        """Raises `BadSettings` if other machines reach the engine by accident."""
        if not self.allow_remote and not is_loopback(self.host):
            raise BadSettings(
                f"HOST: {self.host} can be reached from other machines; set "
                "ALLOW_REMOTE=1 and AUTH=accounts if that is what you want"
            )
        if (
            self.allow_remote
            and self.auth == "off"
            and not self.i_know_there_are_no_accounts
        ):
            raise BadSettings(
                "ALLOW_REMOTE: with AUTH=off anyone who reaches the port can do "
                "everything; set AUTH=accounts, or I_KNOW_THERE_ARE_NO_ACCOUNTS=1"
            )

    def check_stores(self) -> None:
        """Raises `BadSettings` if replicas could not work together."""
        if self.mongo_url and not self.secret:
            raise BadSettings(
                "SECRET: all engines at MONGO_URL need the same key; make one with "
                "`openssl rand -hex 32` and give it to each of them"
            )
        if self.nats_url and not self.mongo_url:
            raise BadSettings("NATS_URL: replicas share their state: set MONGO_URL too")
        if self.nats_url and not self.s3_url:
            raise BadSettings("NATS_URL: replicas share binaries: set S3_URL too")

    @property
    def kept_in(self) -> str:
        """Where the stores are, in words, without passwords."""
        urls = (self.mongo_url, self.s3_url, self.nats_url)
        shared = [_without_password(url) for url in urls if url]
        return ", ".join(shared) or str(self.data_dir.resolve())

    @property
    def url(self) -> str:
        """Where services reach this engine."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def server_limits(self) -> ServerLimits:
        """What the HTTP server allows its clients."""
        return ServerLimits.of(self)

    def rules(self) -> Rules:
        """What bounds the course of tasks."""
        return Rules(
            timeout=self.timeout,
            retry=self.retry,
            concurrency=self.concurrency,
            max_items=self.max_items,
            max_frames=self.max_frames,
            max_open_frames=self.max_open_frames,
            max_rounds=self.max_rounds,
            max_evaluations=self.max_evaluations,
            max_value_bytes=self.max_value_bytes,
            max_frame_bytes=self.max_frame_bytes,
            max_task_bytes=self.max_task_bytes,
            retention=self.retention,
        )


def _said(error: Any) -> str:
    """What pydantic finds wrong with a setting, in words for an operator."""
    if error["type"] == "value_error":
        # It was found by this module, in its own words.
        return str(error["ctx"]["error"])
    return parameter_said(error)


# One of several addresses: its scheme, and all up to the next one.
_ADDRESS = re.compile(r"(\w+://)(.*?)(?=,\s*\w+://|$)", re.DOTALL)


def _without_password(url: str) -> str:
    """Addresses that may stand in a log: without names, passwords and options.

    A password may hold any character: all before the last @ of an address is left out.

    >>> _without_password("http://key:secret@127.0.0.1:9000/bucket?region=r")
    'http://127.0.0.1:9000/bucket'
    >>> _without_password("nats://me:one@a:4222,nats://me:t/?wo@b:4222?replicas=3")
    'nats://a:4222,nats://b:4222'
    """

    def shown(found: re.Match[str]) -> str:
        scheme, address = found.groups()
        return f"{scheme}{address.rpartition('@')[2].partition('?')[0]}"

    return _ADDRESS.sub(shown, url)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a listener at this address.

    >>> is_loopback("127.0.0.1"), is_loopback("0.0.0.0"), is_loopback("localhost")
    (True, False, True)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
