"""Headers of the protocol, and headers that no author of a pipeline can set."""

DEPTH_HEADER = "X-Marketplace-Depth"
"""How many tasks called each other before this request; it ends endless circles."""

IDEMPOTENCY_KEY_HEADER = "Idempotency-Key"
"""A request with the same key again finds the task of the first, and starts none."""

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
