"""Lets requests with many files rest for them: one request may have a hundred.

Whoever sends ordinary tasks sends a photo or two. A hundred small files are no more
bytes than that, but a hundred calls of a store: a few requests of that kind a second,
of somebody who does nothing that is not allowed, made the tasks of all others sixty
times as slow. What works with small files rests as what works with large values does,
in turns of people and their tasks, and only while others work.
"""

from collections.abc import Iterator

from engine.domain.values import Blob, Json, blobs_in, is_sent_as_parts
from engine.usecases.rests import REST_FACTOR, Rests

FREE_FILES = 4
"""Of one request: a photo, its mask, and more."""

FILE_SECONDS = 0.003
"""Of the event loop that a file takes however small it is, beside S3; a folder takes
less of it, and more of the disk that keeps the tasks."""

SECONDS_PER_FILE = FILE_SECONDS * (1 + 1 / REST_FACTOR)
"""To rest for: for the work itself too, as many do it at once, and only their rests
come one after the other."""


class ManyFiles:
    """Of all requests that an engine gets and makes."""

    def __init__(self, rests: Rests) -> None:
        self._rests = rests

    async def rest_for(self, number: int, task: str, person: str = "") -> None:
        """Rest for one file of a request, the first one of which is 1."""
        if number > FREE_FILES:
            await self._rests.after(SECONDS_PER_FILE, task, person)

    async def rest_before(self, payload: Json, task: str, person: str = "") -> None:
        """Rest before all files of a payload are sent."""
        # One by one: others, who rest for one, wait for no longer turns than their own.
        for number, _ in enumerate(sent_blobs(payload), 1):
            await self.rest_for(number, task, person)


def sent_blobs(payload: Json) -> Iterator[Blob]:
    """The blobs that travel as parts of their own, not as references.

    >>> photo = {"$blob": "t1/a", "type": "image/png", "size": 3}
    >>> [blob.key for blob in sent_blobs({"image": photo, "more": [photo], "n": [1]})]
    ['t1/a', 't1/a']
    """
    if isinstance(payload, dict):
        for value in payload.values():
            if is_sent_as_parts(value):
                yield from blobs_in(value)
