"""How far other machines are trusted with time and memory."""

from dataclasses import dataclass
from datetime import timedelta

SMALL_BODY_BYTES = 64 * 1024
"""Larger request bodies are streamed, which only aiohttp does here."""

BUFFERED_BYTES = 64 * 1024
"""So much of an answer waits in memory; then reading pauses until it is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of all connections to other machines."""

    connect: timedelta = timedelta(seconds=5)

    linger: timedelta = timedelta(seconds=1)
    """How long a body is waited for when the status has decided already."""

    # uvicorn, which most services run on, closes an idle connection after 5 s. A
    # request that meets such an end on its way is lost, so the engine closes first.
    keep_alive: timedelta = timedelta(seconds=4)

    connections: int = 512
    connections_per_host: int = 64
    """Calls under way at once, to services or from http nodes: see `Slots`."""

    names: timedelta = timedelta(seconds=10)
    """How long the addresses of a host name are remembered, as aiohttp does it."""

    header_bytes: int = 16_384
    acknowledgement_bytes: int = 65_536
    detail_bytes: int = 8_192
    json_bytes: int = 10_000_000
    json_depth: int = 32
    """Levels of lists and objects in each other."""
    json_values: int = 200_000
    """Items of all lists and objects together."""
    json_thread_bytes: int = 256 * 1024
    """From this size on JSON is parsed in a thread: the event loop can answer nothing
    else meanwhile. For less JSON a thread costs more time than it gives."""
    blob_bytes: int = 512_000_000
    redirects: int = 5
    retry_after: timedelta = timedelta(seconds=60)
