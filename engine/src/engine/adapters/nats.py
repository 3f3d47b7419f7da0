"""The inbox of many replicas: each frame has one owner, whom the others ask."""

import asyncio
import hashlib
import logging
import os
import random
import secrets
import socket
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import msgspec
from msgspec import Struct
from nats.aio.msg import Msg
from nats.js.api import RawStreamMsg

from engine.adapters.lanes import Lanes
from engine.adapters.nats_broker import REASON, Broker
from engine.adapters.nats_members import BEAT, LISTEN, Members, partition
from engine.domain import messages as m
from engine.domain.errors import Fault, InvalidInput, Unavailable, Unknown
from engine.domain.frame import FramePath
from engine.ports import BlobStore, DeadLetter, Turn

log = logging.getLogger(__name__)

PROMISED = (m.NodeFinished, m.NodeFailed, m.CancelRequested, m.EraseRequested)
"""Whoever says these is told that they are safe; the timers would repeat all others."""
LARGEST = 256 << 10  # bytes of an event in the stream; a larger one becomes a blob
LOOK_AFTER = 5.0  # seconds between two looks at what was claimed
TRIES = 5  # turns that may fail by a mistake of ours before an event is dead


class Letter(Struct, omit_defaults=True):
    """An event on its way; `large`: the blob that holds it."""

    path: FramePath
    event: m.Event | None = None
    large: str | None = None


class Reply(Struct, omit_defaults=True):
    """What came of a turn at another replica."""

    taken: bool = True
    unknown: str = ""
    """What kind of thing there is not."""
    failed: str = ""


_encoder = msgspec.json.Encoder()
_replies = msgspec.json.Decoder(Reply)
_letters = msgspec.json.Decoder(Letter)
_events: msgspec.json.Decoder[m.Event] = msgspec.json.Decoder(m.Event)


class NatsInbox:
    """An `Inbox` that any number of replicas share.

    Each task belongs to the replica that owns its partition, which has lanes for
    it. Who is told of an event asks the owner to give it its turn. If that cannot
    be now, the stream keeps what was promised, and it is acknowledged after the
    save. Without NATS every replica takes turns of every frame, and the store
    decides who was first.
    """

    def __init__(self, url: str, blobs: BlobStore, stream: str = "marketplace") -> None:
        host = socket.gethostname().partition(".")[0]
        self._name = f"{host}-{os.getpid()}-{secrets.token_hex(4)}"
        self._circle, self._own = f"{stream}.members", f"{stream}.to.{self._name}"
        self._broker = Broker(url, self._name, stream)
        self._members = Members(self._name)
        self._lanes, self._blobs = Lanes(), blobs
        self._claimed: frozenset[int] | None = None
        """The partitions whose events come here; None: they must be asked for."""
        self._ready = False
        self._connection, self._left = 0, False
        self._news = asyncio.Event()
        self._turns: set[asyncio.Task[None]] = set()
        self._group: asyncio.TaskGroup

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self._broker.close()

    async def run(self, turn: Turn) -> None:
        async with asyncio.TaskGroup() as self._group:
            taking = self._group.create_task(self._lanes.run(turn))
            self._group.create_task(self._take_part())
            try:
                await asyncio.Event().wait()
            finally:
                taking.cancel()
                await asyncio.wait([taking])
                if self._turns:
                    await asyncio.wait(self._turns, timeout=BEAT)

    async def post(self, path: FramePath, event: m.Event) -> bool | None:
        try:
            if self.owns(path):
                return await self._lanes.post(path, event)
            return await self._ask(path, event)
        except Unavailable as error:
            if not isinstance(event, PROMISED):
                return await self._lanes.post(path, event)  # not ours, but it may be
            log.info("an event has to wait: %s", error, extra={"frame": path})
            await self._keep(path, event)
            return None

    def post_later(self, path: FramePath, event: m.Event, delay: timedelta) -> None:
        self._lanes.post_later(path, event, delay)

    def owns(self, path: FramePath) -> bool:
        return not self._broker.connected or self._members.owner(path) == self._name

    async def leave(self) -> None:
        self._left = True
        try:
            await self._broker.say(self._circle, b"-" + self._name.encode())
        except Unavailable as error:
            log.info("the others will miss this replica: %s", error)

    async def hand_over(self, path: FramePath) -> None:
        await self._keep(path, m.TimeElapsed(restarted=True))

    async def check(self) -> None:
        await self._broker.check()
        if not self._ready:
            raise Unavailable("the inbox", "this replica has no share of the work yet")

    async def dead(self, limit: int) -> Sequence[DeadLetter]:
        return [_dead_letter(message) for message in await self._broker.dead(limit)]

    async def revive(self, id: str) -> None:
        content = (await self._broker.dead_letter(_sequence(id))).data or b""
        try:
            path = _letters.decode(content).path
        except msgspec.MsgspecError as error:
            fault = Fault("unreadable-letter", str(error), "bury it", field="id")
            raise InvalidInput([fault]) from None
        await self._broker.publish(partition(path), content, None)
        await self.bury(id)

    async def bury(self, id: str) -> None:
        await self._broker.remove(_sequence(id))

    async def _ask(self, path: FramePath, event: m.Event) -> bool:
        """What the owner's turn says; raises what it raised, or `Unavailable`."""
        letter = await self._letter(path, event)
        owner = self._at(self._members.owner(path))
        reply = _replies.decode(await self._broker.request(owner, letter))
        if reply.unknown:
            raise Unknown(reply.unknown, path)
        if reply.failed:
            raise Unavailable("the frame's owner", reply.failed)
        return reply.taken

    async def _keep(self, path: FramePath, event: m.Event) -> None:
        """Returns when the stream has the event: its turn will come."""
        letter = await self._letter(path, event)
        once = isinstance(event, m.NodeFinished | m.NodeFailed)  # of one attempt
        id_ = hashlib.sha256(letter).hexdigest()[:32] if once else None
        await self._broker.publish(partition(path), letter, id_)

    async def _letter(self, path: FramePath, event: m.Event) -> bytes:
        content = _encoder.encode(Letter(path, event))
        if len(content) <= LARGEST:
            return content
        body = _encoder.encode(event)
        name = f"event-{hashlib.sha256(body).hexdigest()[:32]}"
        key = await self._blobs.put_named(path.partition("/")[0], name, body)
        return _encoder.encode(Letter(path, large=key))

    def _at(self, name: str) -> str:
        """The subject at which a replica is asked."""
        return f"{self._circle}.{name}"

    # Taking part: who is there, and what is ours.

    async def _take_part(self) -> None:
        listeners = {
            self._circle: self._hear,
            self._own: self._arrived,
            self._at(self._name): self._asked,
        }
        await self._broker.connect(listeners)
        self._members.join()
        looked_at = 0.0
        while not self._left:
            try:
                await self._show()
                if (now := time.monotonic()) - looked_at > LOOK_AFTER:
                    self._claimed, looked_at = None, now
                await self._claim()
            except Unavailable as error:
                log.warning("no part in the work of other replicas now: %s", error)
            await self._pause(LISTEN if self._members.listening else BEAT)

    async def _show(self) -> None:
        """Say that we live; a new connection begins with nothing claimed."""
        if self._connection != self._broker.connections:
            self._connection = self._broker.connections
            self._claimed, self._ready = None, False
        self._members.speak()
        await self._broker.say(self._circle, self._name.encode())

    async def _claim(self) -> None:
        if self._members.listening:
            return
        owned = self._members.divide()
        if self._claimed is None:
            self._claimed = await self._broker.claimed(self._own)
        for number in owned - self._claimed:
            await self._broker.claim(number, self._own)
            self._claimed |= {number}
        self._claimed &= owned
        self._ready = True

    async def _pause(self, seconds: float) -> None:
        """Until it is time for the next sign of life, or others came or went."""
        self._news.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)

    async def _hear(self, message: Msg) -> None:
        name = message.data.decode()
        news = (
            self._members.forget(name[1:])
            if name.startswith("-")
            else self._members.hear(name)
        )
        if news:
            self._news.set()  # a newcomer hears of us at once

    # Events that arrive.

    async def _arrived(self, message: Msg) -> None:
        self._begin(self._turn(message))

    async def _asked(self, message: Msg) -> None:
        self._begin(self._answer(message))

    def _begin(self, doing: Coroutine[Any, Any, None]) -> None:
        task = self._group.create_task(doing)
        self._turns.add(task)
        task.add_done_callback(self._turns.discard)

    async def _answer(self, message: Msg) -> None:
        """Give another replica's event its turn, and say what came of it."""
        try:
            letter = _letters.decode(message.data)
            event = await self._event(letter)
            reply = Reply(taken=await self._lanes.post(letter.path, event))
        except Unknown as error:
            reply = Reply(unknown=error.kind)
        except Exception as error:
            reply = Reply(failed=str(error) or type(error).__name__)
        await self._broker.settle(message, _encoder.encode(reply))

    async def _turn(self, message: Msg) -> None:
        """Give an event its turn; it is settled when what came of it is saved."""
        tries = message.metadata.num_delivered or 1
        try:
            letter = _letters.decode(message.data)
            await self._lanes.post(letter.path, await self._event(letter))
        except Unknown as error:
            log.info("an event comes too late: %s", error)
        except Unavailable as error:
            return await self._again(message, tries, error)
        except asyncio.CancelledError:
            await self._broker.settle(message, b"-NAK")
            raise
        except Exception as error:
            if tries < TRIES and not isinstance(error, msgspec.MsgspecError):
                return await self._again(message, tries, error)
            return await self._died(message, error)
        await self._broker.settle(message, b"+ACK")

    async def _event(self, letter: Letter) -> m.Event:
        if letter.event is not None:
            return letter.event
        pieces = self._blobs.read(letter.large or "")
        return _events.decode(b"".join([piece async for piece in pieces]))

    async def _again(self, message: Msg, tries: int, error: Exception) -> None:
        """Apart from those that failed with it, which may be without fault."""
        log.info("an event is taken again: %s", error)
        spread = random.uniform(0.5, 1.5)  # nosec B311 # no secret
        nanoseconds = int(min(0.5 * tries, 5) * spread * 1e9)
        await self._broker.settle(message, b'-NAK {"delay": %d}' % nanoseconds)

    async def _died(self, message: Msg, error: Exception) -> None:
        log.error("an event is dead: %s", error, extra={"subject": message.subject})
        try:
            await self._broker.bury(message.data, f"{type(error).__name__}: {error}")
        except Unavailable as away:
            return await self._again(message, TRIES, away)
        await self._broker.settle(message, b"+TERM")


def _sequence(id_: str) -> int:
    if not (id_.isascii() and id_.isdecimal() and len(id_) < 19):
        raise Unknown("dead letter", id_[:100])
    return int(id_)


def _dead_letter(message: RawStreamMsg) -> DeadLetter:
    content = message.data or b""
    try:
        path = str(_letters.decode(content).path)
    except msgspec.MsgspecError:
        path = ""
    return DeadLetter(
        id=str(message.seq),
        path=path,
        event=content.decode(errors="replace"),
        reason=(message.headers or {}).get(REASON, ""),
        died_at=message.time or datetime.now(UTC),
    )
