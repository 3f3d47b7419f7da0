"""Hashes passwords with argon2id, and knows which are guessed first."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from engine.domain.errors import Unavailable

T = TypeVar("T")

# What OWASP's Password Storage Cheat Sheet names first for argon2id: 19 MiB, two
# rounds, one thread. About 25 ms on the machines of 2026.
MEMORY_KIB = 19_456
ROUNDS = 2
LANES = 1

REST_FACTOR = 2
"""The thread rests so many times as long as it worked before it takes the next: whoever
signs in again and again leaves two thirds of a core to those who work. Then there are a
dozen sign-ins in a second; a single one does not wait."""
MAX_WAITING = 100
"""Beyond them a try is refused at once: it would only wait, and others behind it."""

EASY_GUESSES = 10**8
"""What is guessed with fewer tries is common. zxcvbn calls up to this many “somewhat
guessable”; of 12 characters that are no words, none is among them."""
MAX_JUDGED_CHARACTERS = 40
"""zxcvbn takes long for long texts, and what is longer is not in any list."""

SIGNS = frozenset("@({[<&|!$+%")
"""What zxcvbn takes for letters, besides digits. It tries all ways to read those of a
text together: if all of them are in it, that takes seconds."""
MAX_SIGNS = 3
"""Of them, how many different ones are looked at."""
UNREADABLE = "~"
"""Stands for others of them: what is no letter in any word."""


class Argon2Passwords:
    """A `Passwords`."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(
            time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID
        )
        # One: with 19 MiB, and a core.
        self._thread = ThreadPoolExecutor(1, "passwords")
        self._rests_until = 0.0
        self._waiting = 0
        # What a password is compared with where there is no account: without it the
        # answer would come sooner, and tell that.
        self._nobody = self._hasher.hash("nobody has this password")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self._thread.shutdown()

    async def hash(self, password: str) -> str:
        return await self._in_thread(lambda: self._hasher.hash(password))

    async def verify(self, hashed: str, password: str) -> bool:
        def matches() -> bool:
            try:
                return self._hasher.verify(hashed or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False

        return await self._in_thread(matches) and bool(hashed)

    async def is_common(self, password: str, name: str) -> bool:
        def guesses() -> bool:
            # Its lists take a tenth of a second to load: most engines need none.
            from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # it has none

            judged = judged_part(password)
            found = zxcvbn(judged, user_inputs=[name, "marketplace"])
            return bool(found["guesses"] < EASY_GUESSES)

        return await self._in_thread(guesses)

    async def _in_thread(self, job: Callable[[], T]) -> T:
        if self._waiting >= MAX_WAITING:
            raise Unavailable("sign-in", "too many people sign in at the same time")

        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, self._rested, job)
        finally:
            self._waiting -= 1

    def _rested(self, job: Callable[[], T]) -> T:
        """In the thread: rest for what was done before, and do it."""
        time.sleep(max(self._rests_until - time.monotonic(), 0))
        began_at = time.thread_time()
        try:
            return job()
        finally:
            worked = time.thread_time() - began_at
            self._rests_until = time.monotonic() + REST_FACTOR * worked


def judged_part(password: str) -> str:
    """What can be judged in some hundredths of a second.

    >>> judged_part("P@$$w0rd")
    'P@$$w0rd'
    >>> judged_part("1234567890 @({[<@")
    '1234567890 @({~~@'
    """
    judged = password[:MAX_JUDGED_CHARACTERS]
    signs = [sign for sign in dict.fromkeys(judged) if sign in SIGNS]
    for sign in signs[MAX_SIGNS:]:
        judged = judged.replace(sign, UNREADABLE)
    return judged
