"""The settings of aioboto3: credentials, address, time limits, checksums."""

from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import urlsplit

import aioboto3  # type: ignore[import-untyped]  # has no types
from aiobotocore.config import AioConfig  # type: ignore[import-untyped]  # has no types
from botocore.exceptions import (  # type: ignore[import-untyped]  # has no types
    NoCredentialsError,
)
from botocore.handlers import (  # type: ignore[import-untyped]  # has no types
    add_expect_header,
)

from engine.adapters.s3.checksums import add_md5
from engine.adapters.s3.url import DEFAULT_REGION, S3Url

CONNECT_TIMEOUT_SECONDS = 4

MAX_CONNECTIONS = 1000
"""Many more than calls run at once: an open download keeps its connection, and must
not keep other calls waiting."""

MD5_OPERATIONS = ("DeleteObjects", "PutBucketLifecycleConfiguration")
"""Here S3 demands a checksum; older servers know only the older one, MD5."""

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
NO_PROXIES: dict[str, str] = {}
"""A proxy named in the environment would look for a loopback address on its own
machine. None instead of this: what the environment says."""


def _is_loopback(endpoint: str | None) -> bool:
    return bool(endpoint) and urlsplit(endpoint).hostname in LOOPBACK_HOSTS


async def connect(url: S3Url) -> AbstractAsyncContextManager[Any]:
    """A client of the server; raises botocore's errors and ValueErrors."""
    session = aioboto3.Session(url.key, url.secret, region_name=url.region)

    # Asked now: later the first call would fail in a way that is harder to tell.
    if not await session.get_credentials():
        raise NoCredentialsError

    # botocore would make each upload wait for “100 Continue”: one round trip more.
    session.events.unregister("before-call.s3", add_expect_header)

    for operation in MD5_OPERATIONS:
        session.events.register(f"before-call.s3.{operation}", add_md5)

    client: AbstractAsyncContextManager[Any] = session.client(
        "s3",
        session.region_name or DEFAULT_REGION,
        endpoint_url=url.endpoint,
        config=_config(url),
    )
    return client


def _config(url: S3Url) -> Any:
    return AioConfig(
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        # S3Client limits the time of each call, and repeats it until a deadline:
        # botocore would do both once more, without knowing of that deadline.
        read_timeout=None,
        retries={"total_max_attempts": 1},
        max_pool_connections=MAX_CONNECTIONS,
        proxies=NO_PROXIES if _is_loopback(url.endpoint) else None,
        s3={"addressing_style": url.addressing},
        # Every upload brings its checksum, and every download is compared by us.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
