"""Calls of one bucket: repeated while that may help, then `Unavailable`."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from io import BytesIO
from typing import Any, Self

from aiohttp import ClientError as BrokenConnection
from botocore.exceptions import (  # type: ignore[import-untyped]  # has no types
    BotoCoreError,
    ClientError,
    HTTPClientError,
)
from botocore.exceptions import ConnectionError as NoConnection
from botocore.parsers import (  # type: ignore[import-untyped]  # has no types
    ResponseParserError,
)

from engine.adapters.s3.connection import connect
from engine.adapters.s3.url import S3Url
from engine.domain.errors import Unavailable

ANSWER = 4.0  # seconds in which a server that lives takes some bytes or answers
PATIENCE = 5.0  # seconds after which a call is not tried again
AT_ONCE = 100  # calls; more of them would only make each other late
BROKEN = (
    *(NoConnection, HTTPClientError, ResponseParserError),
    *(BrokenConnection, OSError),
)
# what goes wrong on the way, or because the server has too much to do
PASSING = {"SlowDown", "Throttling", "ThrottlingException", "RequestTimeout"}
PASSING |= {"OperationAborted", "IncompleteBody", "BadDigest"}
PASSING |= {"XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch"}


class S3Failed(Unavailable):
    """The server refuses, or cannot be reached; `code` is its own word for it."""

    def __init__(self, reason: str, code: str = "", passing: bool = False) -> None:
        super().__init__("S3", reason)
        self.code, self.passing = code, passing


class S3Client:
    """One bucket; `prepare` is called before its first use until it succeeded once.

    A server that is away, hangs or comes back is a matter of the single call:
    connections are made when they are needed and not kept for more than seconds.
    """

    def __init__(
        self, url: S3Url, prepare: Callable[["S3Client"], Awaitable[None]]
    ) -> None:
        self._url, self._prepare = url, prepare
        self._client: Any = None
        self._prepared = False
        self._preparing: asyncio.Future[None] | None = None

    async def __aenter__(self) -> Self:
        self._stack, self._slots = AsyncExitStack(), asyncio.Semaphore(AT_ONCE)
        return self

    async def __aexit__(self, *reason: object) -> None:
        if self._preparing and self._preparing.cancel():
            await asyncio.wait([self._preparing])
        await self._stack.aclose()

    @property
    def region(self) -> str | None:
        return self._url.region or (self._client and self._client.meta.region_name)

    async def call(self, operation: str, **arguments: Any) -> Any:
        """The answer to an operation on the bucket; raises `S3Failed`."""
        if not self._prepared:
            await self._first_use()
        return await self.request(operation, **arguments)

    async def request(
        self,
        operation: str,
        *,
        patience: float = PATIENCE,
        answer: float = ANSWER,
        body: bytes | None = None,
        **arguments: Any,
    ) -> Any:
        """The same for `prepare`: the bucket may not be there."""
        now = asyncio.get_running_loop().time
        tired_at, delay = now() + patience, 0.1
        while True:
            try:
                async with self._slot(tired_at):
                    return await self._attempt(operation, answer, body, arguments)
            except S3Failed as failure:
                if not failure.passing or now() > tired_at:
                    raise
            await asyncio.sleep(delay * random.uniform(0.5, 1))  # nosec B311: no secret
            delay = min(2 * delay, 1)

    @asynccontextmanager
    async def _slot(self, tired_at: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout_at(tired_at):
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
        answer: float,
        body: bytes | None,
        arguments: dict[str, Any],
    ) -> Any:
        """As long as bytes of the body go on their way, it may take its time."""
        call = getattr(self._client, operation)
        try:
            async with asyncio.timeout(answer) as limit:
                if body is not None:
                    arguments = arguments | {"Body": _Moving(body, limit, answer)}
                return await call(Bucket=self._url.bucket, **arguments)
        except TimeoutError:
            raise S3Failed("it does not answer", passing=True) from None
        except ClientError as refusal:
            raise self._refused(refusal) from None
        except BROKEN as error:
            raise S3Failed(self._told(str(error)), passing=True) from None
        except BotoCoreError as error:
            raise S3Failed(self._told(str(error))) from None

    async def _first_use(self) -> None:
        """Whoever comes meanwhile waits for the same attempt, and shares its end."""
        if not self._preparing or self._preparing.done():
            self._preparing = asyncio.ensure_future(self._prepare_once())
        await asyncio.shield(self._preparing)

    async def _prepare_once(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE + ANSWER):
                if not self._client:
                    made = await connect(self._url)
                    self._client = await self._stack.enter_async_context(made)
                await self._prepare(self)
        except TimeoutError:
            raise S3Failed("it does not answer") from None
        except (BotoCoreError, ValueError) as error:  # of credentials, for example
            raise S3Failed(self._told(str(error))) from None
        self._prepared = True

    def _refused(self, refusal: Any) -> S3Failed:
        error = refusal.response.get("Error", {})
        status = refusal.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        code, message = error.get("Code", str(status)), error.get("Message", "")
        passing = code in PASSING or status == 429 or (status >= 500 and status != 501)
        reason = f"{refusal.operation_name}: {code}: {message}"
        return S3Failed(self._told(reason), code, passing)

    def _told(self, reason: str) -> str:
        """A reason without our credentials, should a server repeat them."""
        for secret in filter(None, (self._url.secret, self._url.key)):
            reason = reason.replace(secret, "…")
        return reason


class _Moving(BytesIO):
    """A body that puts the end of patience off whenever a piece of it goes."""

    def __init__(self, body: bytes, limit: asyncio.Timeout, answer: float) -> None:
        super().__init__(body)
        self._limit, self._answer = limit, answer

    def read(self, size: int | None = -1) -> bytes:
        with suppress(RuntimeError):  # the attempt is over already
            self._limit.reschedule(asyncio.get_running_loop().time() + self._answer)
        return super().read(size)
