"""Ports of this machine that a server can have."""

import random
import socket

HOST = "127.0.0.1"

# Below the ports that the system gives to clients. A client could otherwise get the
# port of a server that is dead for a moment, and the server could not start again.
PORTS = range(20_000, 32_000)


def free_port() -> int:
    """A port without a listener, and that no client is ever given."""
    while True:
        port = random.choice(PORTS)  # nosec B311 # no secret
        try:
            socket.create_server((HOST, port)).close()
        except OSError:
            continue
        return port
