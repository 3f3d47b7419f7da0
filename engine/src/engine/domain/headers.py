"""Headers of a request that no author of a pipeline can set."""

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
