"""The inbox of many replicas: each frame has one owner, whom the others ask."""

import asyncio
import hashlib
import logging
import os
import random
import secrets
import socket
from collections import Counter
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Self

from nats.aio.msg import Msg

from engine.adapters.lanes import Lanes
from engine.adapters.nats import letters
from engine.adapters.nats.broker import Address, Broker, Limits
from engine.adapters.nats.letters import Letter, Reply
from engine.adapters.nats.members import BEAT, partition
from engine.adapters.nats.share import Share
from engine.adapters.shared.batching import Batcher
from engine.domain import messages as m
from engine.domain.errors import Fault, InvalidInput, Unavailable, Unknown
from engine.domain.frame import FramePath
from engine.ports import BlobStore, DeadLetter, Turn

log = logging.getLogger(__name__)

PROMISED = (m.NodeFinished, m.NodeFailed, m.CancelRequested, m.EraseRequested)
"""Whoever says these is told that they are safe; the timers would repeat all others."""
LIMITS = Limits()
LARGEST = 64 << 10  # bytes of an event on its way; a larger one becomes a blob
ASKED_AT_ONCE = 12  # events in one question: a message holds a megabyte at most
SIDE_BY_SIDE = 4  # questions to one owner under way
TRIES = 5  # turns of an event that may fail by a mistake of ours before it is dead


class NatsInbox:
    """An `Inbox` that any number of replicas share.

    Each task belongs to the replica that owns its partition, which has lanes for
    it. Who is told of an event asks the owner to give it its turn. If that cannot
    be now, the stream keeps what was promised, and it is acknowledged after the
    save. Without NATS every replica takes turns of every frame, and the store
    decides who was first.
    """

    def __init__(
        self,
        url: str,
        blobs: BlobStore,
        stream: str | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        stream = stream or Address.parse(url).stream
        host = socket.gethostname().partition(".")[0]
        self._name = f"{host}-{os.getpid()}-{secrets.token_hex(4)}"
        self._circle, self._own = f"{stream}.members", f"{stream}.to.{self._name}"
        self._broker = Broker(url, self._name, stream, limits)
        self._share = Share(self._broker, self._name, self._circle, self._own)
        self._lanes, self._blobs = Lanes(), blobs
        self._asking: dict[str, Batcher[Letter, Reply]] = {}
        self._turns: set[asyncio.Task[None]] = set()
        self._mistakes: Counter[int] = Counter()
        """How often turns of an event failed, by its place in the stream."""
        self._group: asyncio.TaskGroup
        self._holding: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self._broker.connection.close()

    async def run(self, turn: Turn) -> None:
        listeners = {self._own: self._arrived, self._at(self._name): self._asked}
        async with asyncio.TaskGroup() as self._group:
            taking = self._group.create_task(self._lanes.run(turn))
            self._holding = self._group.create_task(self._share.hold(listeners))
            try:
                await asyncio.Event().wait()
            finally:
                self._share.left = True
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
                raise
            log.info("an event has to wait: %s", error, extra={"frame": path})
            await self._keep(path, event)
            return None

    def post_later(self, path: FramePath, event: m.Event, delay: timedelta) -> None:
        self._lanes.post_later(path, event, delay)

    def owns(self, path: FramePath) -> bool:
        if not self._broker.connection.stands:
            return True
        return self._share.members.owner(path) == self._name

    async def leave(self) -> None:
        if self._holding:
            self._holding.cancel()
        await self._share.leave()

    async def hand_over(self, path: FramePath) -> None:
        await self._keep(path, m.TimeElapsed(restarted=True))

    async def check(self) -> None:
        await self._broker.check()
        if not self._share.ready:
            raise Unavailable("the inbox", "this replica has no share of the work yet")

    async def dead(self, limit: int) -> Sequence[DeadLetter]:
        return [letters.dead_letter(one) for one in await self._broker.dead(limit)]

    async def dead_count(self) -> int:
        return await self._broker.dead_count()

    async def revive(self, id: str) -> None:
        message = await self._broker.dead_letter(letters.sequence(id))
        content = message.data or b""
        try:
            path = letters.decode_letter(content).path
        except letters.Unreadable as error:
            fault = Fault("unreadable-letter", str(error), "bury it", field="id")
            raise InvalidInput([fault]) from None
        await self._broker.publish(partition(path), content, None)
        await self.bury(id)

    async def bury(self, id: str) -> None:
        await self._broker.remove(letters.sequence(id))

    # Events that go to others.

    async def _ask(self, path: FramePath, event: m.Event) -> bool:
        """What the owner's turn says; raises what it raised, or `Unavailable`."""
        owner = self._share.members.owner(path)
        if owner not in self._asking:
            send = partial(self._sent, owner)
            self._asking[owner] = Batcher(
                send, max_batch=ASKED_AT_ONCE, max_concurrent=SIDE_BY_SIDE
            )
        letter = await self._letter(path, event)
        try:
            reply = await self._asking[owner].ask(letter)
        except Unavailable:  # it may be gone: whoever asks is as good
            self._asking.pop(owner, None)
            return await self._lanes.post(path, event)
        if reply.unknown:
            raise Unknown(reply.unknown, path)
        if reply.failed:
            raise Unavailable("the frame's owner", reply.failed)
        return reply.taken

    async def _sent(self, owner: str, asked: Sequence[Letter]) -> Sequence[Reply]:
        content = letters.encode(asked)
        answer = await self._broker.connection.request(self._at(owner), content)
        replies = letters.decode_replies(answer)
        if len(replies) != len(asked):
            raise Unavailable("the frame's owner", "it does not understand us")
        return replies

    async def _keep(self, path: FramePath, event: m.Event) -> None:
        """Returns when the stream has the event: its turn will come."""
        letter = letters.encode(await self._letter(path, event))
        once = isinstance(event, m.NodeFinished | m.NodeFailed)  # of one attempt
        id_ = hashlib.sha256(letter).hexdigest()[:32] if once else None
        await self._broker.publish(partition(path), letter, id_)

    async def _letter(self, path: FramePath, event: m.Event) -> Letter:
        body = letters.encode(event)
        if len(body) <= LARGEST:
            return Letter(path, event)
        name = f"event-{hashlib.sha256(body).hexdigest()[:32]}"
        key = await self._blobs.put_named(path.partition("/")[0], name, body)
        return Letter(path, large=key)

    def _at(self, name: str) -> str:
        """The subject at which a replica is asked."""
        return f"{self._circle}.{name}"

    # Events that come from others.

    async def _arrived(self, message: Msg) -> None:
        if message.reply.startswith("$JS.ACK."):  # else it is not from the stream
            self._begin(self._turn(message))

    async def _asked(self, message: Msg) -> None:
        self._begin(self._answer(message))

    def _begin(self, doing: Coroutine[Any, Any, None]) -> None:
        try:
            task = self._group.create_task(doing)
        except RuntimeError:  # the end has come: it is another replica's
            return doing.close()
        self._turns.add(task)
        task.add_done_callback(self._turns.discard)

    async def _answer(self, message: Msg) -> None:
        """Give another replica's events their turns, and say what came of each."""
        asked = letters.split(message.data)
        replies = await asyncio.gather(*map(self._reply, asked))
        await self._broker.settle(message, letters.encode(replies))

    async def _reply(self, content: letters.Raw) -> Reply:
        try:
            letter = letters.decode_letter(content)
            event = await self._event(letter)
            return Reply(taken=await self._lanes.post(letter.path, event))
        except Unknown as error:
            return Reply(unknown=error.kind)
        except Exception as error:
            return Reply(failed=str(error) or type(error).__name__)

    async def _turn(self, message: Msg) -> None:
        """Give an event its turn; it is settled when what came of it is saved."""
        event: m.Event | None = None
        try:
            letter = letters.decode_letter(message.data)
            event = await self._event(letter)
            await self._lanes.post(letter.path, event)
        except Unknown as error:
            log.info("an event comes too late: %s", error)
        except Unavailable as error:
            return await self._again(message, error)
        except Exception as error:
            if not await self._died(message, event, error):
                return await self._again(message, error)
        self._mistakes.pop(message.metadata.sequence.stream, None)
        await self._broker.settle(message, b"+ACK")

    async def _event(self, letter: Letter) -> m.Event:
        if letter.event is not None:
            return letter.event
        pieces = self._blobs.read(letter.large or "")
        return letters.decode_event(b"".join([piece async for piece in pieces]))

    async def _again(self, message: Msg, error: Exception) -> None:
        """Have it sent again, later each time, and not with all others at once."""
        log.info("an event is taken again: %s", error)
        spread = random.uniform(0.5, 1.5)  # nosec B311 # no secret
        seconds = min(0.5 * (message.metadata.num_delivered or 1), 5) * spread
        word = b'-NAK {"delay": %d}' % int(seconds * 1e9)
        await self._broker.settle(message, word)

    async def _died(
        self, message: Msg, event: m.Event | None, error: Exception
    ) -> bool:
        """Whether it gets no turn any more; what was promised is kept for people."""
        place = message.metadata.sequence.stream
        self._mistakes[place] += 1
        unreadable = event is None and isinstance(error, letters.Unreadable)
        if self._mistakes[place] < TRIES and not unreadable:
            return False
        reason = f"{type(error).__name__}: {error}"
        log.error("an event is dead: %s", reason, extra={"place": place})
        if event is None or isinstance(event, PROMISED):
            try:
                await self._broker.bury(message.data, reason)
            except Unavailable:
                return False
        return True
