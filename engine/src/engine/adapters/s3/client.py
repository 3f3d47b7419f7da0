"""Calls of one bucket: repeated while that may help, then `Unavailable`."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from io import BytesIO
from typing import Any

from botocore.exceptions import (  # type: ignore[import-untyped]  # has no types
    BotoCoreError,
)

from engine.adapters.s3.connection import connect
from engine.adapters.s3.failures import (
    CALL_ERRORS,
    S3Failed,
    failure_of,
    without_credentials,
)
from engine.adapters.s3.url import S3Url

ANSWER_TIMEOUT_SECONDS = 4.0
"""A server that lives takes some bytes of the body, or answers, in this time."""

RETRY_FOR_SECONDS = 5.0
"""After this time a failed call is not tried again: a client waits for the answer."""

FIRST_DELAY_SECONDS = 0.1
MAX_DELAY_SECONDS = 1.0

MAX_CALLS_AT_ONCE = 100
"""More calls side by side only make each other late, until none ends in time."""


class S3Client:
    """One bucket; `prepare` is called before its first use until it succeeded once.

    A server that is away, hangs or comes back concerns the single call only:
    connections are made when they are needed, and kept for some seconds at most.
    """

    def __init__(
        self, url: S3Url, prepare: Callable[["S3Client"], Awaitable[None]]
    ) -> None:
        self._url = url
        self._prepare = prepare

        self._slots = asyncio.Semaphore(MAX_CALLS_AT_ONCE)
        self._open = AsyncExitStack()

        # The client is made at the first use: finding credentials may ask the
        # network, and the engine starts although S3 is away.
        self._client: Any = None
        self._prepared = False
        self._preparing: asyncio.Future[None] | None = None

    async def close(self) -> None:
        """End the connections; there are no calls after this."""
        # First: a preparation that ended later would leave its client open.
        if self._preparing and self._preparing.cancel():
            await asyncio.wait([self._preparing])

        await self._open.aclose()

    @property
    def region(self) -> str | None:
        """That of the URL, or what AWS tools would take; known at the first use."""
        if self._url.region:
            return self._url.region
        if self._client is None:
            return None

        region: str | None = self._client.meta.region_name
        return region

    async def call(self, operation: str, **arguments: Any) -> Any:
        """The answer to an operation on the bucket; raises `S3Failed`."""
        if not self._prepared:
            await self._first_use()

        return await self.request(operation, **arguments)

    async def request(
        self,
        operation: str,
        *,
        retry_for: float = RETRY_FOR_SECONDS,
        answer_timeout: float = ANSWER_TIMEOUT_SECONDS,
        body: bytes | None = None,
        **arguments: Any,
    ) -> Any:
        """The same for `prepare`: the bucket may not be there."""
        now = asyncio.get_running_loop().time
        give_up_at = now() + retry_for
        delay = FIRST_DELAY_SECONDS

        while True:
            try:
                async with self._slot(give_up_at):
                    return await self._attempt(
                        operation, answer_timeout, body, arguments
                    )
            except S3Failed as failure:
                if not failure.retriable or now() > give_up_at:
                    raise

            # Calls that a busy server refused together must not come back together.
            jitter = random.uniform(0.5, 1)  # nosec B311: no secret
            await asyncio.sleep(delay * jitter)
            delay = min(2 * delay, MAX_DELAY_SECONDS)

    @asynccontextmanager
    async def _slot(self, give_up_at: float) -> AsyncIterator[None]:
        """One of the calls that may run now."""
        try:
            async with asyncio.timeout_at(give_up_at):
                await self._slots.acquire()
        except TimeoutError:
            raise S3Failed("too many calls wait for it") from None

        try:
            yield
        finally:
            self._slots.release()

    async def _attempt(
        self,
        operation: str,
        answer_timeout: float,
        body: bytes | None,
        arguments: dict[str, Any],
    ) -> Any:
        """Call once; as long as bytes of the body go out, it may take its time."""
        call = getattr(self._client, operation)

        try:
            async with asyncio.timeout(answer_timeout) as limit:
                if body is not None:
                    moving = _MovingBody(body, limit, answer_timeout)
                    arguments = arguments | {"Body": moving}
                return await call(Bucket=self._url.bucket, **arguments)
        except TimeoutError:
            raise S3Failed("it does not answer", retriable=True) from None
        except CALL_ERRORS as error:
            raise failure_of(error, self._url) from None

    async def _first_use(self) -> None:
        """Prepare once: calls that come meanwhile wait for the same attempt."""
        if not self._preparing or self._preparing.done():
            self._preparing = asyncio.ensure_future(self._prepare_once())

        # A caller that is cancelled must not end the attempt of all others.
        await asyncio.shield(self._preparing)

    async def _prepare_once(self) -> None:
        try:
            async with asyncio.timeout(RETRY_FOR_SECONDS + ANSWER_TIMEOUT_SECONDS):
                if not self._client:
                    made = await connect(self._url)
                    self._client = await self._open.enter_async_context(made)
                await self._prepare(self)
        except TimeoutError:
            raise S3Failed("it does not answer") from None
        except (BotoCoreError, ValueError) as error:
            # For example: there are no credentials. Trying again at once cannot help.
            raise S3Failed(without_credentials(str(error), self._url)) from None

        self._prepared = True


class _MovingBody(BytesIO):
    """A body that extends the time limit of its request whenever bytes of it go out.

    So a large body on a slow line is no failure, and a server that takes nothing is
    noticed after a few seconds, whatever the size.
    """

    def __init__(
        self,
        body: bytes,
        limit: asyncio.Timeout,
        answer_timeout: float,
    ) -> None:
        super().__init__(body)
        self._limit = limit
        self._answer_timeout = answer_timeout

    def read(self, size: int | None = -1) -> bytes:
        now = asyncio.get_running_loop().time()

        # The limit refuses when the attempt is over; aiohttp may still read then.
        with suppress(RuntimeError):
            self._limit.reschedule(now + self._answer_timeout)

        return super().read(size)
