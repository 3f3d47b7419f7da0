"""Settings: what bounds tasks, pipelines, services, requests and connections."""

from bounded_server.limits import ServerLimits
from pydantic import BaseModel, Field

from engine.domain.pipeline import MAX_RETRIES
from engine.domain.rules import Rules
from engine.settings.values import Span

# What bounds tasks has its default there.
RULES = Rules()

# What bounds the HTTP server has its default there.
SERVER_LIMITS = ServerLimits()


class TaskSettings(BaseModel):
    """What bounds tasks."""

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


class LimitSettings(BaseModel):
    """What bounds pipelines, services, requests and connections."""

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

    @property
    def server_limits(self) -> ServerLimits:
        """What the HTTP server allows its clients."""
        return ServerLimits.of(self)
