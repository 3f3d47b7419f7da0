"""Where NATS is: what NATS_URL says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

DEFAULT_STREAM = "marketplace"
STREAM = re.compile(r"[A-Za-z0-9_-]{1,32}")
REPLICAS = ("1", "3", "5")
"""JetStream keeps a stream on at most five servers, and needs a majority of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NatsAddress:
    """The servers of one NATS, and the stream that this marketplace uses there."""

    servers: Sequence[str]
    replicas: int = 1
    """On how many of the servers a stream is kept."""
    stream: str = DEFAULT_STREAM

    @classmethod
    def parse(cls, url: str) -> "NatsAddress":
        """Read a NATS_URL; raises ValueError.

        >>> NatsAddress.parse("nats://a:4222,nats://b:4222?replicas=3").replicas
        3
        """
        addresses, _, query = url.partition("?")

        servers = [address.strip() for address in addresses.split(",")]
        for server in servers:
            address = urlsplit(server)
            if address.scheme not in ("nats", "tls") or not address.hostname:
                raise ValueError("write nats://HOST:PORT, several with commas between")

        options = dict(parse_qsl(query))
        stream = options.pop("stream", DEFAULT_STREAM)
        replicas = options.pop("replicas", "1")
        if options or not STREAM.fullmatch(stream) or replicas not in REPLICAS:
            raise ValueError("after ? write stream=NAME or replicas=1, 3 or 5")

        return cls(servers=servers, replicas=int(replicas), stream=stream)
