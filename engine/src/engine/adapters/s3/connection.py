"""How aioboto3 is to talk to a server: as whom, where, how long, with what checks."""

import base64
import hashlib
from contextlib import AbstractAsyncContextManager
from typing import Any

import aioboto3  # type: ignore[import-untyped]  # has no types
from aiobotocore.config import AioConfig  # type: ignore[import-untyped]  # has no types
from botocore.exceptions import (  # type: ignore[import-untyped]  # has no types
    NoCredentialsError,
)
from botocore.handlers import (  # type: ignore[import-untyped]  # has no types
    add_expect_header,
)

from engine.adapters.s3.url import S3Url

CONNECT = 4  # seconds
OPEN = 1000  # connections: open downloads must not keep others waiting
OLD_CHECKSUM = ("DeleteObjects", "PutBucketLifecycleConfiguration")


async def connect(url: S3Url) -> AbstractAsyncContextManager[Any]:
    """A client of the server; raises botocore's errors and ValueErrors."""
    session = aioboto3.Session(url.key, url.secret, region_name=url.region)
    if not await session.get_credentials():
        raise NoCredentialsError
    region = session.region_name or "us-east-1"
    config = AioConfig(
        # who calls knows how long to wait, and repeats until a deadline
        connect_timeout=CONNECT,
        read_timeout=None,
        retries={"total_max_attempts": 1},
        max_pool_connections=OPEN,
        s3={"addressing_style": url.addressing},
        # every upload brings its checksum, every download is compared by us
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    session.events.unregister("before-call.s3", add_expect_header)  # a round trip more
    for operation in OLD_CHECKSUM:
        session.events.register(f"before-call.s3.{operation}", _add_md5)
    client: AbstractAsyncContextManager[Any] = session.client(
        "s3", region, endpoint_url=url.endpoint, config=config
    )
    return client


def _add_md5(params: dict[str, Any], **event: object) -> None:
    """Older servers want this one of the two checksums that S3 has had."""
    digest = hashlib.md5(params["body"], usedforsecurity=False).digest()
    params["headers"]["Content-MD5"] = base64.b64encode(digest).decode()
