"""Models in a bucket of S3."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import boto3  # type: ignore[import-untyped]  # has no types
from botocore.config import Config  # type: ignore[import-untyped]  # has no types
from botocore.exceptions import (  # type: ignore[import-untyped]  # has no types
    BotoCoreError,
    ClientError,
)

from digits.stores import StoreError

# A proxy named in the environment would look for a loopback address on its own machine.
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
NO_PROXIES: dict[str, str] = {}

# A request for a digit waits while the bucket is asked. boto3's own limits of a minute
# each, and five attempts, would hold it up for minutes when S3 does not answer.
CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 5
MAX_ATTEMPTS = 2


def _is_on_this_machine() -> bool:
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    return urlsplit(endpoint).hostname in LOOPBACK_HOSTS


class Bucket:
    """Objects under a prefix; the AWS_* variables set the address and the keys."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        prefix = parts.path.strip("/")

        self._url = url
        self._bucket = parts.netloc
        self._prefix = f"{prefix}/" if prefix else ""

        limits = Config(
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=READ_TIMEOUT_SECONDS,
            retries={"total_max_attempts": MAX_ATTEMPTS},
            proxies=NO_PROXIES if _is_on_this_machine() else None,
        )
        # The session that boto3 shares keeps the first keys that it was asked with.
        self._client: Any = boto3.Session().client("s3", config=limits)

    def __str__(self) -> str:
        return self._url

    def find(self, name: str) -> bytes | None:
        with self._naming_itself():
            try:
                found = self._client.get_object(**self._object(name))
            except self._client.exceptions.NoSuchKey:
                return None
            return bytes(found["Body"].read())

    def put(self, name: str, content: bytes) -> None:
        with self._naming_itself():
            self._client.put_object(**self._object(name), Body=content)

    def remove(self, name: str) -> None:
        with self._naming_itself():
            self._client.delete_object(**self._object(name))

    def _object(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + name}

    @contextmanager
    def _naming_itself(self) -> Iterator[None]:
        """An error of boto3 becomes a `StoreError` with the address of the bucket."""
        try:
            yield
        except (BotoCoreError, ClientError) as fault:
            raise StoreError(f"{self._url}: {fault}") from fault
