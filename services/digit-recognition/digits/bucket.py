"""Models in a bucket of S3."""

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


class Bucket:
    """Objects under a prefix; address and keys are those of the AWS_* variables."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._url, self._bucket = url, where.netloc
        self._prefix = f"{where.path.strip('/')}/".lstrip("/")
        patience = Config(
            connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2}
        )
        self._client: Any = boto3.client("s3", config=patience)

    def __str__(self) -> str:
        return self._url

    def find(self, name: str) -> bytes | None:
        with self._told():
            try:
                answer = self._client.get_object(**self._object(name))
            except self._client.exceptions.NoSuchKey:
                return None
            return bytes(answer["Body"].read())

    def put(self, name: str, content: bytes) -> None:
        with self._told():
            self._client.put_object(**self._object(name), Body=content)

    def remove(self, name: str) -> None:
        with self._told():
            self._client.delete_object(**self._object(name))

    def _object(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + name}

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError) as fault:
            raise StoreError(f"{self._url}: {fault}") from fault
