"""What a request may cost, and from where it may come."""

from dataclasses import dataclass, field

from engine.settings import Settings

# What the operator can set has its default there.
DEFAULTS = Settings()
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
MAX_NAME_CHARACTERS = 200
"""Of the name of a part, of a file name, of an idempotency key."""
MAX_CURSOR_CHARACTERS = 500
MAX_PATH_CHARACTERS = 2000
"""Of the path of a frame."""
MAX_FAULTS = 100
"""Told of one request: a body may have as many faults as it has values."""
MAX_URL_CHARACTERS = 2000
"""Of a service's address, of a callback address and of the id that goes with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiLimits:
    """Every bound of the HTTP interface; settings fill some of them in."""

    body_bytes: int = DEFAULTS.max_body
    """Of a whole multipart body."""
    json_bytes: int = DEFAULTS.max_json
    """Of the JSON of one request, all its JSON parts together."""
    json_memory: int = DEFAULTS.max_json_memory
    """Of the JSON of all requests together."""
    json_depth: int = DEFAULTS.max_depth
    """Levels of lists and objects in each other."""
    json_values: int = DEFAULTS.max_values
    """Items of all lists and objects of one document together."""
    pipeline_bytes: int = DEFAULTS.max_pipeline
    """Of a pipeline's document, or of an announcement."""
    parts: int = DEFAULTS.max_parts
    """Of one multipart body."""
    part_headers: int = 8
    part_header_bytes: int = 4096
    name_characters: int = MAX_NAME_CHARACTERS
    url_characters: int = MAX_URL_CHARACTERS
    simultaneous_starts: int = DEFAULTS.max_starts
    """Requests to start tasks that are under way at once. Those beyond are refused at
    once: they would only wait, each with its body in memory."""
    call_depth: int = DEFAULTS.max_call_depth
    """How many pipelines may have called each other before this one: a pipeline that
    calls itself would start tasks without end."""
    retention_seconds: float = DEFAULTS.retention.total_seconds()
    """How long a task is kept after its end."""
    keep_alive_seconds: float = 15.0
    """How often a stream of events without news sends a comment, so that no proxy
    takes the connection for dead."""
    allowed_hosts: frozenset[str] = LOOPBACK
    """Host names under which the engine answers; `*` is any."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks whose X-Forwarded headers are believed."""
    allowed_origins: frozenset[str] = field(default_factory=frozenset)
    """Other web origins whose pages may call the engine."""
