"""Whether an engine can keep blobs in a bucket: one is written, read and erased."""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from engine.adapters.s3.bucket import ABSENT_CODES
from engine.adapters.s3.client import S3Client
from engine.adapters.s3.failures import S3Failed
from engine.adapters.s3.url import S3Url
from engine.adapters.upkeep.clocks import clock
from engine.adapters.upkeep.findings import Finding, Level

CONTENT = b"marketplace doctor"

RIGHTS = (
    "allow s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload and "
    "s3:ListBucket for this bucket"
)


async def look(url: str) -> AsyncIterator[Finding]:
    """Raises `Unavailable` if the server cannot be reached."""
    bucket = S3Url.parse(url)
    s3 = S3Client(bucket, _leave)
    try:
        asked_at = datetime.now(UTC)
        try:
            # Not with HEAD: an answer without a body does not say that a key is wrong.
            said = await s3.call("list_objects_v2", MaxKeys=1)
        except S3Failed as failure:
            if failure.code not in ABSENT_CODES:
                raise
            yield Finding(
                Level.TOLD,
                f"there is no bucket {bucket.bucket}: the first use makes it, if that "
                "is allowed",
            )
            return

        yield _reached(bucket, said)
        # Dates in HTTP have whole seconds, rounded down.
        there = parsedate_to_datetime(_headers(said)["date"])
        begun_at = asked_at.replace(microsecond=0)
        yield clock("S3", there, asked_at=begun_at, answered_at=datetime.now(UTC))
        yield await _tried(s3, bucket)
    finally:
        await s3.close()


def _reached(bucket: S3Url, said: Any) -> Finding:
    server = _headers(said).get("server", "S3")
    return Finding(Level.GOOD, f"the bucket {bucket.bucket} is there ({server})")


async def _tried(s3: S3Client, bucket: S3Url) -> Finding:
    # No blob has such a key: nothing takes it for one if it stays.
    key = f"doctor-{secrets.token_hex(8)}"
    doing = "write"
    try:
        await s3.call("put_object", Key=key, body=CONTENT)
        doing = "read"
        answer = await s3.call("get_object", Key=key)
        async with answer["Body"] as body:
            content = await body.read()
        doing = "erase"
        await s3.call("delete_object", Key=key)
    except S3Failed as failure:
        left = "" if doing == "write" else f"; “{key}” may be left there"
        return Finding(
            Level.WRONG,
            f"blobs cannot be {_PARTICIPLES[doing]} in the bucket {bucket.bucket}: "
            f"{failure.reason}{left}",
            RIGHTS,
        )

    if content != CONTENT:
        return Finding(
            Level.WRONG,
            f"the bucket {bucket.bucket} gives back other bytes than it got",
        )
    return Finding(Level.GOOD, "a blob could be written, read and erased in the bucket")


_PARTICIPLES = {"write": "written", "read": "read", "erase": "erased"}


def _headers(answer: Any) -> dict[str, str]:
    headers: dict[str, str] = answer["ResponseMetadata"]["HTTPHeaders"]
    return headers


async def _leave(s3: S3Client) -> None:
    """A bucket that is looked at is taken as it is."""
