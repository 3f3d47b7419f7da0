"""Asks the owners of frames to give events their turns."""

from collections.abc import Sequence
from functools import partial

from engine.adapters.nats import letters
from engine.adapters.nats.connection import Connection
from engine.adapters.nats.letters import Letter, Reply
from engine.adapters.nats.subjects import Subjects
from engine.adapters.shared.batching import Batcher
from engine.domain.errors import Unavailable

MAX_LETTERS_PER_QUESTION = 12
"""Letters to one owner travel together: one by one, a second replica cost 47 % more CPU
a task. A message of NATS holds one megabyte, and a letter takes up to 64 KiB of it."""

MAX_QUESTIONS_PER_OWNER = 4
"""Questions to one owner that are under way. Events that come meanwhile gather."""


class Questions:
    """Sends letters to their owners, several in one question."""

    def __init__(self, connection: Connection, subjects: Subjects) -> None:
        self._connection = connection
        self._subjects = subjects
        self._batchers: dict[str, Batcher[Letter, Reply]] = {}

    async def ask(self, owner: str, letter: Letter) -> Reply:
        """What came of the turn; `Unavailable` if the owner does not say it."""
        batcher = self._batchers.get(owner)
        if batcher is None:
            batcher = Batcher(
                partial(self._send, owner),
                max_batch=MAX_LETTERS_PER_QUESTION,
                max_concurrent=MAX_QUESTIONS_PER_OWNER,
            )
            self._batchers[owner] = batcher

        try:
            return await batcher.ask(letter)
        except Unavailable:
            # It may have ended, and its name never comes again: without this line
            # the names would add up.
            self._batchers.pop(owner, None)
            raise

    async def _send(self, owner: str, asked: Sequence[Letter]) -> Sequence[Reply]:
        subject = self._subjects.questions_to(owner)
        answer = await self._connection.request(subject, letters.encode(asked))

        replies = letters.decode_replies(answer)
        if len(replies) != len(asked):
            raise Unavailable("the frame's owner", "its answer cannot be understood")
        return replies
