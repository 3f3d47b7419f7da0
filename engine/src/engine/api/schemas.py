"""The shapes of answers, for the documentation; handlers do not build them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from engine.api.shapes import Shape
from engine.domain.pipeline import Pipeline


class Fault(Shape):
    """One thing that is wrong, and what to do about it."""

    node: str | None
    field: str | None
    code: str
    message: str
    hint: str
    level: Literal["error", "warning"] = "error"


class Problem(Shape):
    """Why a request was refused (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault]


class Route(Shape):
    """What can be called under a route."""

    route: str
    type: Literal["pipeline", "service"]
    summary: str
    description: str
    alive: bool
    missing: list[str] = Field(description="Services it needs that nobody announces")
    usual_seconds: float | None = Field(
        description="The median of its tasks of the last days; null: there are none"
    )
    space: str | None = Field(
        description="The one it belongs to; null: it serves all, is shared by another, "
        "or there are no accounts"
    )
    tags: list[str]
    body: Any = Field(description="What it takes, in the old way: see `inputSchema`")
    body_type: list[list[str]] | None = Field(
        alias="bodyType", description="Media types, by field of `body`"
    )
    result_type: Any = Field(alias="resultType")
    input_schema: dict[str, Any] | None = Field(
        alias="inputSchema", description="What it takes, as JSON Schema"
    )
    output_schema: dict[str, Any] | None = Field(
        alias="outputSchema", description="What it gives; null: nothing is known of it"
    )
    output: Any = Field(description="What its results look like, as its author says")
    version: str
    published_at: datetime
    shortened: bool = Field(
        False, description="In a list: schemas and examples were left out, it is long"
    )
    offered_by: int | None = Field(
        default=None, description="Of a service in a list: how many take its work"
    )
    heard_at: datetime | None = Field(
        default=None, description="The same: when one of them was last heard"
    )


class Instance(Shape):
    """One address at which an operation is offered."""

    url: str
    heard_at: datetime
    restarted_at: datetime | None
    alive: bool
    leaves: bool = Field(description="It finishes what it has, and takes no more")


class RouteDetails(Route):
    """A route with its pipeline and, of a service, its instances."""

    usual: dict[str, float] = Field(
        description="By node, how many seconds it usually takes"
    )

    pipeline: Pipeline | None = Field(
        description="None: the route is shared only to be run"
    )
    instances: list[Instance]
    may_edit: bool = Field(description="Whether who asks may publish it anew")


class FoundStep(Shape):
    """A step that was looked for."""

    node: str
    type: str
    service: str = Field(description="The route that it calls by name; empty: none")
    url: str


class StepsOfPipeline(Shape):
    """A pipeline with steps that were looked for."""

    route: str
    version: str
    may_edit: bool = Field(description="Whether who asks may publish it anew")
    steps: list[FoundStep] = Field(description="The first 20")
    total: int


class StartingSchedule(Shape):
    """A schedule that starts tasks of a route."""

    id: str
    cron: str
    timezone: str
    paused: bool


class FoundSteps(Shape):
    """The pipelines with steps that were looked for, by route."""

    pipelines: list[StepsOfPipeline] = Field(description="The first 200")
    total: int
    hidden: int = Field(
        description="Pipelines of other spaces that call the route, and that who asks "
        "may not read: told to those who may change the route"
    )
    schedules: list[StartingSchedule] = Field(
        description="Those that start the route and that who asks may change"
    )
    hidden_schedules: int = Field(
        description="Schedules that start the route, and that who asks may not see: "
        "told to those who may change the route"
    )


class Stored(Shape):
    """What was stored under which route."""

    route: str
    type: Literal["pipeline", "service"]
    version: str | None = None
    warnings: list[Fault] = Field(
        default=[],
        description="Of a pipeline: what may keep it from working, as things are now",
    )


class VersionLine(Shape):
    """A version in the list of those that were published."""

    version: str
    published_at: datetime | None = Field(
        description="When it last became the current one; null: long ago"
    )
    published_by: str | None = Field(description="`folder`, `service`, or null")


class VersionPage(Shape):
    """Versions, the last published first; `next` is the cursor of the following."""

    items: list[VersionLine]
    next: str | None


class KeptVersion(Shape):
    """A version that was stored and is not current."""

    route: str
    version: str
    warnings: list[Fault]


class JustSaved(Shape):
    """A document that was saved and not published."""

    id: str
    faults: list[Fault]


class SavedLine(Shape):
    """A document in the list of those that were saved for a route."""

    id: str
    saved_at: datetime
    faults: int = Field(description="how many errors it had when it was saved")


class Jobs(Shape):
    """How many tasks there are."""

    total: int
    running: int
    finished: int
    failed: int = Field(description="Those that were cancelled too")
    cancelled: int


class Figures(Shape):
    """How the tasks of a route, or the calls of a service, did of late."""

    calls: int
    failed: int
    cancelled: int
    p50: float | None = Field(description="Seconds that half of the good ones took")
    p95: float | None


class Failure(Shape):
    """How often a node of a route failed in one way."""

    route: str
    node: str
    code: str
    count: int


class Stats(Shape):
    """Numbers of tasks that are kept, and how the last days were."""

    jobs: Jobs
    services: dict[str, int] = Field(description="By route, its tasks that are kept")
    days: int = Field(description="What follows is of so many days")
    by_route: dict[str, Figures]
    by_service: dict[str, Figures]
    failures: list[Failure] = Field(description="The most frequent 100")


class Limits(Shape):
    """What a request may have at most; the names are those of the settings."""

    max_body: int = Field(description="Bytes of a multipart body")
    max_json: int = Field(description="Bytes of the JSON of a request")
    max_depth: int = Field(description="Levels of lists and objects")
    max_values: int = Field(description="Items of all lists and objects")
    max_parts: int = Field(description="Parts of a multipart body")
    max_pipeline: int = Field(description="Bytes of the document of a pipeline")
    max_call_depth: int = Field(description="Pipelines that call each other")


class Asker(Shape):
    """Who is asking, and what they may do."""

    id: str
    name: str
    administrator: bool
    roles: dict[str, str] = Field(description="By space")
    token: str = Field(description="The id of the token or session that is shown")
    scopes: list[str] = Field(description="What the token may be used for")


class About(Shape):
    """What an engine is."""

    version: str
    limits: Limits
    retention_seconds: float = Field(description="How long ended tasks are kept")
    auth: Literal["off", "accounts", "oidc"] = Field(
        description="Whether people sign in"
    )
    user: str | None = Field(description="Who is asking; null: nobody is signed in")
    person: Asker | None


class Health(Shape):
    """Whether the engine can work; `missing` says what it lacks, by store."""

    status: str
    missing: dict[str, str] = {}


class Secret(Shape):
    """That there is a secret; its value is never shown."""

    name: str
    stored_at: datetime


class Schedule(Shape):
    """When tasks of a route are started, and what became of the last time."""

    id: str
    route: str
    cron: str
    timezone: str
    input: dict[str, Any]
    paused: bool
    missed: Literal["once", "skip"]
    created_at: datetime
    next_at: datetime | None
    last_at: datetime | None
    last_task: str | None
    last_error: str | None
    owner: str = Field("", description="Whose tasks they are; absent without accounts")
    space: str = Field("", description="Whose it is; absent without accounts")


class DeadLetter(Shape):
    """An event that could not be processed."""

    id: str
    path: str
    event: str
    reason: str
    died_at: datetime
