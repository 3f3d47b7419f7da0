"""Settings: where the engine listens, keeps what it knows, and may call."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from engine.settings.values import (
    Endpoint,
    Networks,
    OldSecrets,
    Secret,
    TracesUrl,
    Words,
)

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


class ListeningSettings(BaseModel):
    """Where clients and services reach the engine."""

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


class StoreSettings(BaseModel):
    """Where the engine keeps what it knows."""

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


class TraceSettings(BaseModel):
    """Where traces of tasks go."""

    otel_exporter_otlp_endpoint: Endpoint = Field(
        default="",
        description="where traces of tasks go, by OTLP over HTTP: "
        "http://HOST:4318; default: none are made",
    )
    traces_url: TracesUrl = Field(
        default="",
        description="where people look at a trace, with {trace_id} in it: the pages of "
        "tasks lead there; default: they show the id alone",
    )


class CallSettings(BaseModel):
    """What the engine may call, and what stands around the code of authors."""

    service_addresses: Words = Field(
        default=LOCAL_ADDRESSES,
        description="where services and callers may be: CIDRs, names, *.suffix, *",
    )
    http_addresses: Words = Field(
        default=(), description="non-public addresses that http nodes may reach"
    )

    sandbox_walls: Literal["available", "required", "off"] = Field(
        default="available",
        description="walls of the kernel around the code of authors: those that are "
        "available; required: no start without Landlock and seccomp; or off",
    )
