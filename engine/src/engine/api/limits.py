"""What a request may cost, and from where it may come."""

from dataclasses import dataclass, field

from engine.settings import Settings

# What the operator can set has its default there.
DEFAULTS = Settings()
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", "testserver"})


@dataclass(frozen=True, slots=True)
class ApiLimits:
    """Every bound of the HTTP interface; settings fill it in."""

    body_bytes: int = DEFAULTS.max_body
    """Of a whole multipart body."""
    json_bytes: int = DEFAULTS.max_json
    """Of the JSON of one request, all its JSON parts together."""
    json_depth: int = DEFAULTS.max_depth
    json_values: int = DEFAULTS.max_values
    """Keys and values of one document, counted together."""
    parts: int = DEFAULTS.max_parts
    part_headers: int = 8
    part_header_bytes: int = 4096
    name_length: int = 200
    """Of a part's name, a file name, an idempotency key."""
    url_length: int = 2000
    """Of a callback address and of what comes with it."""
    starts: int = DEFAULTS.max_starts
    """Requests to start tasks that are under way at once: more are to come later."""
    call_depth: int = 16
    """How many pipelines may have called each other before this one."""
    keep_alive_seconds: float = 15.0
    """How often a silent stream of events shows that it lives."""
    allowed_hosts: frozenset[str] = LOOPBACK
    """Names under which the engine answers; `*`: any."""
    allowed_origins: frozenset[str] = field(default_factory=frozenset)
    """Other web origins whose pages may call the engine."""
