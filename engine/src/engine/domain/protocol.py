"""Names that engine, services and callers use between them; the protocol fixes them."""

CALLBACK_URL = "callback_url"
"""The query parameter that says where a result is sent."""

TASK_ID = "task_id"
"""The query parameter that comes back with a result, and says which one it is."""

CONTINUES = "continues"
"""The query parameter that names the ended task that a new one continues."""

AGAIN = "again"
"""The query parameter that names nodes that must run again, between commas."""

WAIT = "wait"
"""The query parameter that says for how many seconds a caller waits for the outputs."""

VERSION = "version"
"""The query parameter that says which version of a route a task runs."""

SPACE = "space"
"""The query parameter that says in which space something is done."""

TYPED_DATA_PART = "data"
"""The part of a multipart body in which engines send typed data of any field."""

DEPTH_HEADER = "X-Marketplace-Depth"
"""How many tasks called each other before this request; it ends endless circles."""

IDEMPOTENCY_KEY_HEADER = "Idempotency-Key"
"""A request with the same key again finds the task of the first, and starts none."""

TRACEPARENT = "traceparent"
"""In which trace a request is, as W3C Trace Context says it."""

CONNECTION_HEADERS = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""They describe the connection and the length of the message, which are the engine's.

Another value would let the two sides disagree on where a message ends (request
smuggling), or reach another host under a checked address.
"""
