"""Whether replicas can share their work over a NATS. Nothing is changed there."""

from collections.abc import AsyncIterator

from nats.js import JetStreamContext
from nats.js.errors import APIError, NotFoundError, ServiceUnavailableError

from engine.adapters.nats.address import NatsAddress
from engine.adapters.nats.connection import Connection
from engine.adapters.nats.limits import NatsLimits
from engine.adapters.nats.streams import Streams
from engine.adapters.nats.timings import NatsTimings
from engine.adapters.upkeep.findings import Finding, Level

UNLIMITED = -1
ENOUGH_SHARE = 0.8
"""Of what JetStream may keep: beyond it an operator has to do something."""


async def look(url: str) -> AsyncIterator[Finding]:
    """Raises `Unavailable` if no server can be reached."""
    address = NatsAddress.parse(url)
    connection = Connection(
        servers=address.servers, name="marketplace-doctor", timings=NatsTimings()
    )
    streams = Streams(
        connection,
        name=address.stream,
        replicas=address.replicas,
        limits=NatsLimits(),
    )
    await connection.open({}, _ignore)
    try:
        async with connection.client() as client:
            yield Finding(
                Level.GOOD, f"NATS {client.connected_server_version} can be reached"
            )
            jetstream = client.jetstream(timeout=connection.answer_seconds)
            try:
                yield await _room(jetstream)
            except ServiceUnavailableError:
                yield Finding(
                    Level.WRONG,
                    "JetStream is off, which keeps what replicas promise",
                    "start NATS with --jetstream and a folder: --store_dir",
                )
                return

            yield await _events(jetstream, streams.events, address.replicas)
            yield await _dead_letters(jetstream, streams.dead_letters)
    finally:
        await connection.close()


async def _room(jetstream: JetStreamContext) -> Finding:
    account = await jetstream.account_info()
    used = account.storage
    allowed = account.limits.max_storage
    if allowed == UNLIMITED:
        return Finding(Level.GOOD, "JetStream is on, and may fill its disk")
    if used > ENOUGH_SHARE * allowed:
        return Finding(
            Level.WEAK,
            f"JetStream keeps {used} of the {allowed} bytes that it may keep",
            "let it keep more: max_file_store of the server, or the limits of the "
            "account",
        )
    return Finding(
        Level.GOOD, f"JetStream is on, and keeps {used} of at most {allowed} bytes"
    )


async def _events(jetstream: JetStreamContext, stream: str, replicas: int) -> Finding:
    try:
        info = await jetstream.stream_info(stream)
    except NotFoundError:
        return Finding(
            Level.TOLD, f"there is no stream “{stream}”: the first replica makes it"
        )
    except APIError as error:
        return Finding(
            Level.WRONG,
            f"the stream “{stream}” cannot be read: {error.description}",
            "allow the user of NATS_URL to publish to $JS.API.> and "
            f"{stream}.>, and to subscribe to them and _INBOX.>",
        )

    kept_on = info.config.num_replicas or 1
    if kept_on < replicas:
        return Finding(
            Level.WEAK,
            f"the stream “{stream}” is kept on {kept_on} servers, and NATS_URL says "
            f"replicas={replicas}",
            "the next replica that starts changes it, if NATS has so many servers",
        )
    return Finding(
        Level.GOOD,
        f"the stream “{stream}” is there; {info.state.messages} events wait in it",
    )


async def _dead_letters(jetstream: JetStreamContext, stream: str) -> Finding:
    try:
        count = (await jetstream.stream_info(stream)).state.messages
    except NotFoundError:
        count = 0
    if not count:
        return Finding(Level.GOOD, "there are no dead letters")
    return Finding(
        Level.WEAK,
        f"{count} events could not be processed",
        "marketplace dead-letters lists them",
    )


def _ignore() -> None:
    """A connection that is lost while it is used: the next question tells it."""
