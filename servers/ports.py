"""Ports of this machine that a server can have."""

import fcntl
import os
import random
import socket
from functools import cache
from pathlib import Path
from tempfile import gettempdir

# The servers have no passwords: only this machine reaches them, unless a trial in
# namespaces of its own says otherwise.
HOST = os.environ.get("SERVERS_HOST") or "127.0.0.1"

# Below the ports that the system gives to clients. A client could otherwise get the
# port of a server that is dead for a moment, and the server could not start again.
PORTS = range(20_000, 32_000)

_given = set[int]()
"""What this process was given: the locks keep out other processes only."""


def free_port() -> int:
    """A port without a listener, and that no client is ever given.

    As long as this process lives, it is given to nobody else here: not before its
    server listens, and not while that server is dead for a moment.
    """
    while True:
        port = random.choice(PORTS)  # nosec B311 # no secret
        if port in _given or not _is_ours(port):
            continue
        try:
            socket.create_server((HOST, port)).close()
        except OSError:
            continue
        _given.add(port)
        return port


def _is_ours(port: int) -> bool:
    """Take the port for this process; False: another one has it."""
    try:
        fcntl.lockf(_locks(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True


@cache
def _locks() -> int:
    """A file with one byte for each port, which the system unlocks when we end.

    It is never closed: closing it anywhere in this process would drop all locks.
    """
    path = Path(gettempdir()) / f"marketplace-ports-{os.getuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
