"""Gives turns to the events that come from the stream and from other replicas."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Coroutine
from typing import Any

from nats.aio.msg import Msg

from engine.adapters.lanes import Lanes
from engine.adapters.nats import letters
from engine.adapters.nats.broker import Broker, is_from_stream
from engine.adapters.nats.connection import Connection
from engine.adapters.nats.dead_letters import DeadLetters
from engine.adapters.nats.letters import Reply
from engine.adapters.nats.packing import Packing
from engine.adapters.nats.promises import is_promised
from engine.domain.errors import Unavailable, Unknown
from engine.domain.messages import Event

log = logging.getLogger(__name__)

LAST_ANSWERS_SECONDS = 1.0
"""At the end all turns are saved already: this is for their answers to be sent."""

RETRY_STEP_SECONDS = 0.5
MAX_RETRY_SECONDS = 5.0
"""An event whose turn failed comes again later each time, up to this."""


class Arrivals:
    """Each message gets a task of its own in `group`: none waits for another's turn."""

    def __init__(
        self,
        group: asyncio.TaskGroup,
        *,
        connection: Connection,
        broker: Broker,
        dead_letters: DeadLetters,
        lanes: Lanes,
        packing: Packing,
        max_failed_turns: int,
    ) -> None:
        self._group = group
        self._connection = connection
        self._broker = broker
        self._dead_letters = dead_letters
        self._lanes = lanes
        self._packing = packing
        self._max_failed_turns = max_failed_turns

        self._turns: set[asyncio.Task[None]] = set()
        self._failed_turns: Counter[int] = Counter()
        """How often turns of an event failed, by its place in the stream."""

    async def from_stream(self, message: Msg) -> None:
        """The stream delivers an event."""
        if is_from_stream(message):
            self._begin(self._take_turn(message))

    async def from_replica(self, message: Msg) -> None:
        """Another replica asks for turns."""
        self._begin(self._answer(message))

    async def finish(self) -> None:
        """Let the answers of turns that have ended go out."""
        if self._turns:
            await asyncio.wait(self._turns, timeout=LAST_ANSWERS_SECONDS)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            task = self._group.create_task(work)
        except RuntimeError:
            # The group has ended, and this replica with it. Without an answer the
            # stream sends the event to another replica, and a replica that asked
            # takes the turns itself.
            work.close()
            return

        self._turns.add(task)
        task.add_done_callback(self._turns.discard)

    # Questions of other replicas.

    async def _answer(self, message: Msg) -> None:
        """Give another replica's events their turns, and say what came of each."""
        asked = letters.split(message.data)
        replies = await asyncio.gather(*map(self._reply, asked))
        await self._connection.answer(message, letters.encode(replies))

    async def _reply(self, content: letters.Raw) -> Reply:
        try:
            letter = letters.decode_letter(content)
            event = await self._packing.unpack(letter)
            taken = await self._lanes.post(letter.path, event)
        except Unknown as error:
            return Reply(unknown=error.kind)
        except Exception as error:
            # The replica that asked passes it on to its own caller.
            return Reply(failed=str(error) or type(error).__name__)

        return Reply(taken=taken)

    # Events of the stream.

    async def _take_turn(self, message: Msg) -> None:
        """Give an event its turn; acknowledge it when what came of it is saved."""
        event: Event | None = None

        try:
            letter = letters.decode_letter(message.data)
            event = await self._packing.unpack(letter)
            await self._lanes.post(letter.path, event)
        except Unknown as error:
            # Its task was erased meanwhile: there is nothing left to do.
            log.info("an event comes too late: %s", error)
        except Unavailable as error:
            await self._take_again(message, error)
            return
        except Exception as error:
            if not await self._died(message, event, error):
                await self._take_again(message, error)
                return

        self._failed_turns.pop(_place(message), None)
        await self._broker.acknowledge(message)

    async def _take_again(self, message: Msg, error: Exception) -> None:
        log.info("an event is taken again: %s", error)

        deliveries = message.metadata.num_delivered or 1
        seconds = min(RETRY_STEP_SECONDS * deliveries, MAX_RETRY_SECONDS)

        # Spread: events that failed together, as all do while a store is away, must
        # not come back together.
        spread = random.uniform(0.5, 1.5)  # nosec B311 # no secret
        await self._broker.redeliver(message, seconds * spread)

    async def _died(
        self,
        message: Msg,
        event: Event | None,
        error: Exception,
    ) -> bool:
        """Whether it gets no more turns; what was promised is kept for people."""
        place = _place(message)
        self._failed_turns[place] += 1

        # What cannot be read now cannot be read later either.
        unreadable = event is None and isinstance(error, letters.Unreadable)
        tries_left = self._failed_turns[place] < self._max_failed_turns
        if tries_left and not unreadable:
            return False

        reason = f"{type(error).__name__}: {error}"
        log.error("an event is dead, at %s: %s", place, reason)

        # What cannot be read may have been promised.
        if event is None or is_promised(event):
            try:
                await self._dead_letters.add(message.data, reason)
            except Unavailable:
                # It must not be lost: it stays in the stream until it can be kept.
                return False

        return True


def _place(message: Msg) -> int:
    """The number of a message in the stream: the same each time it comes."""
    return message.metadata.sequence.stream
