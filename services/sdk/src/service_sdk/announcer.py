"""Tells the engine again and again what this service offers, and when it leaves."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

import httpx

from service_sdk.operation import Announcement
from service_sdk.problems import detail_of

log = logging.getLogger("service_sdk.announcer")

# While the engine does not answer or refuses, the next try comes sooner than usual:
# an engine that starts after its services knows them within ten seconds.
FIRST_RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 10.0

LEAVE_SECONDS = 2.0
"""How long a stop waits until the engine knows of it."""

ABOUT_THE_ENGINE = ""
"""The subject of news that concern no single route."""


class Announcer:
    """Announces the operations, and logs what the engine answers when it changes."""

    def __init__(
        self,
        *,
        client: httpx.AsyncClient,
        engine_url: str,
        token: str = "",
        announcements: Sequence[Announcement],
    ) -> None:
        self._client = client
        self._announcements = announcements
        # Only for announcements: results go to other places too.
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self._url = f"{engine_url.rstrip('/')}/services"
        self._logged: dict[str, str] = {}
        self._leaves = False

    async def announce_for_ever(self, seconds: float) -> NoReturn:
        """Every so many seconds; sooner while the engine does not accept it."""
        retry_seconds = FIRST_RETRY_SECONDS

        while True:
            accepted = await self.announce_once()
            if accepted:
                retry_seconds = FIRST_RETRY_SECONDS
                await asyncio.sleep(seconds)
            else:
                await asyncio.sleep(min(retry_seconds, seconds))
                retry_seconds = min(retry_seconds * 2, LONGEST_RETRY_SECONDS)

    async def leave(self) -> None:
        """Say that no work is wanted any more; returns soon, whatever comes of it.

        What is announced from now on says so, too: work in hand may take long, and an
        engine that hears nothing would give it to others.
        """
        if self._leaves:
            return
        self._leaves = True

        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_SECONDS):
                # All at once: one that is slow must not keep back the others.
                await asyncio.gather(*map(self._try_to_leave, self._announcements))

    async def _try_to_leave(self, announcement: Announcement) -> None:
        with suppress(httpx.HTTPError):
            await self._announce(announcement)

    async def announce_once(self) -> bool:
        """Whether the engine accepted all the announcements."""
        try:
            answers = [await self._announce(one) for one in self._announcements]
        except httpx.HTTPError as fault:
            news = f"cannot be reached ({fault}); will be tried again"
            self._log_news(logging.WARNING, ABOUT_THE_ENGINE, news)
            return False

        if all(answers):
            routes = ", ".join(map(_route, self._announcements))
            self._log_news(
                logging.INFO, ABOUT_THE_ENGINE, f"accepts the announcement of {routes}"
            )
        return all(answers)

    async def _announce(self, announcement: Announcement) -> bool:
        route = _route(announcement)
        told = {**announcement, "leaves": True} if self._leaves else announcement
        answer = await self._client.post(self._url, json=told, headers=self._headers)

        if answer.is_success:
            self._logged.pop(route, None)
            return True

        if answer.status_code == 409:
            news = (
                f"{route} is taken by a pipeline or another kind of service: "
                f"{detail_of(answer)}"
            )
        else:
            news = f"refuses {route} ({answer.status_code}): {detail_of(answer)}"

        self._log_news(logging.ERROR, route, news)
        return False

    def _log_news(self, level: int, subject: str, news: str) -> None:
        """Log it, unless it is what was logged last about this subject.

        The same line every few seconds would hide the rest of the log.
        """
        if self._logged.get(subject) == news:
            return
        self._logged[subject] = news
        log.log(level, "the engine at %s: %s", self._url, news)


def _route(announcement: Announcement) -> str:
    api = announcement["api"]
    return str(api["route"]) if isinstance(api, dict) else ""
