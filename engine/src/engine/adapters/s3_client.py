"""Calls of one bucket: repeated while that may help, then `Unavailable`."""

import asyncio
import base64
import hashlib
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from io import BytesIO
from typing import Any, Self

import aioboto3  # type: ignore[import-untyped]  # has no types
from aiobotocore.config import AioConfig  # type: ignore[import-untyped]  # has no types
from aiohttp import ClientError as BrokenConnection
from botocore.exceptions import (  # type: ignore[import-untyped]  # has no types
    BotoCoreError,
    ClientError,
    HTTPClientError,
)
from botocore.parsers import (  # type: ignore[import-untyped]  # has no types
    ResponseParserError,
)

from engine.adapters.s3_url import S3Url
from engine.domain.errors import Unavailable

ANSWER = 4.0  # seconds in which a server that lives takes some bytes or answers
PATIENCE = 5.0  # seconds after which a call is not tried again
SMALL = 1 << 20  # bytes that may be sent in one go
BROKEN = (HTTPClientError, ResponseParserError, BrokenConnection, OSError)
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

    async def __aenter__(self) -> Self:
        self._opening, self._stack = asyncio.Lock(), AsyncExitStack()
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self._stack.aclose()

    @property
    def region(self) -> str | None:
        return self._url.region or (self._client and self._client.meta.region_name)

    async def call(self, operation: str, **arguments: Any) -> Any:
        """The answer to an operation on the bucket; raises `S3Failed`."""
        if not self._prepared:
            await self._open()
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
        tired_at, delay = time.monotonic() + patience, 0.1
        while True:
            try:
                return await self._attempt(operation, answer, body, arguments)
            except S3Failed as failure:
                if not failure.passing or time.monotonic() > tired_at:
                    raise
            await asyncio.sleep(delay * random.uniform(0.5, 1))  # nosec B311: no secret
            delay = min(2 * delay, 2)

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
                    small = len(body) <= SMALL
                    sent = body if small else _Moving(body, limit, answer)
                    arguments = arguments | {"Body": sent}
                return await call(Bucket=self._url.bucket, **arguments)
        except TimeoutError:
            raise S3Failed("it does not answer", passing=True) from None
        except ClientError as refusal:
            raise self._refused(refusal) from None
        except BROKEN as error:
            raise S3Failed(self._told(str(error)), passing=True) from None
        except BotoCoreError as error:
            raise S3Failed(self._told(str(error))) from None

    async def _open(self) -> None:
        """Whoever comes meanwhile waits for the same, but not for ever."""
        try:
            async with asyncio.timeout(PATIENCE + ANSWER), self._opening:
                if not self._client:
                    self._client = await self._connected()
                if not self._prepared:
                    await self._prepare(self)
                    self._prepared = True
        except TimeoutError:
            raise S3Failed("it does not answer", passing=True) from None

    async def _connected(self) -> Any:
        url = self._url
        session = aioboto3.Session(url.key, url.secret, region_name=url.region)
        if not await session.get_credentials():
            raise S3Failed("there are no credentials: neither in S3_URL nor of AWS")
        region = session.region_name or "us-east-1"
        config = AioConfig(
            retries={"total_max_attempts": 1},  # we repeat ourselves, until a deadline
            connect_timeout=ANSWER,
            read_timeout=60,  # `answer` is shorter
            max_pool_connections=1000,  # open downloads must not keep others waiting
            s3={"addressing_style": url.addressing},
            # every upload brings its checksum, every download is compared by us
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        made = session.client("s3", region, endpoint_url=url.endpoint, config=config)
        client = await self._stack.enter_async_context(made)
        for operation in ("DeleteObjects", "PutBucketLifecycleConfiguration"):
            client.meta.events.register(f"before-call.s3.{operation}", _add_md5)
        return client

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


def _add_md5(params: dict[str, Any], **event: object) -> None:
    """Older servers want this one of the two checksums that S3 has had."""
    digest = hashlib.md5(params["body"], usedforsecurity=False).digest()
    params["headers"]["Content-MD5"] = base64.b64encode(digest).decode()
