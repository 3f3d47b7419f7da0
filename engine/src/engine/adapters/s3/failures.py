"""What can go wrong with S3, and whether another attempt may help."""

from typing import Any

from aiohttp import ClientError as AiohttpError
from botocore.exceptions import (  # type: ignore[import-untyped]  # has no types
    BotoCoreError,
    ClientError,
    HTTPClientError,
)
from botocore.exceptions import ConnectionError as BotocoreConnectionError
from botocore.parsers import (  # type: ignore[import-untyped]  # has no types
    ResponseParserError,
)

from engine.adapters.s3.url import S3Url
from engine.domain.errors import Unavailable

NETWORK_ERRORS = (
    BotocoreConnectionError,
    HTTPClientError,
    # An answer that was cut off, or that comes from a proxy, is no XML.
    ResponseParserError,
    AiohttpError,
    OSError,
)
"""The connection failed: the server may or may not have done what was asked."""

CALL_ERRORS = (ClientError, BotoCoreError, *NETWORK_ERRORS)
"""All that a call of botocore raises."""

RETRIABLE_CODES = frozenset(
    {
        # The server has too much to do.
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        # The body came too slowly, or was cut off.
        "RequestTimeout",
        "IncompleteBody",
        # Another request is changing the same bucket.
        "OperationAborted",
        # Bits of the body changed on the way.
        "BadDigest",
        "XAmzContentSHA256Mismatch",
        "XAmzContentChecksumMismatch",
    }
)

TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500
NOT_IMPLEMENTED = 501


class S3Failed(Unavailable):
    """The server refuses, or cannot be reached; `code` is its own word for it."""

    def __init__(
        self,
        reason: str,
        *,
        code: str = "",
        retriable: bool = False,
    ) -> None:
        super().__init__("S3", reason)
        self.code = code
        self.retriable = retriable


def failure_of(error: Exception, url: S3Url) -> S3Failed:
    """The failure that an error of botocore means, without our credentials in it."""
    if isinstance(error, ClientError):
        return _refusal(error, url)

    reason = without_credentials(str(error), url)
    return S3Failed(reason, retriable=isinstance(error, NETWORK_ERRORS))


def _refusal(error: Any, url: S3Url) -> S3Failed:
    """The server answered that it will not do it."""
    said = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    # An answer to HEAD has no body, so that the status is all there is.
    code = said.get("Code", str(status))
    message = said.get("Message", "")

    reason = f"{error.operation_name}: {code}: {message}"
    return S3Failed(
        without_credentials(reason, url),
        code=code,
        retriable=code in RETRIABLE_CODES or _passes(status),
    )


def _passes(status: int) -> bool:
    """Whether the same request may succeed later.

    >>> [_passes(status) for status in (403, 429, 501, 503)]
    [False, True, False, True]
    """
    if status == TOO_MANY_REQUESTS:
        return True
    return status >= SERVER_ERROR and status != NOT_IMPLEMENTED


def without_credentials(reason: str, url: S3Url) -> str:
    """A server or a library may repeat them, and reasons are logged and shown."""
    for secret in (url.secret, url.key):
        if secret:
            reason = reason.replace(secret, "…")
    return reason
