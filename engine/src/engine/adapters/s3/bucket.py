"""A bucket fit for blobs: it is there, and forgets what everybody forgot."""

import logging
from datetime import timedelta
from typing import Any

from engine.adapters.s3.client import S3Client, S3Failed

log = logging.getLogger(__name__)

RULE = "marketplace-forgotten-blobs"
ABSENT = {"404", "NoSuchBucket"}


async def prepare_bucket(s3: S3Client, keep: timedelta) -> None:
    """Make the bucket if there is none; raises `S3Failed` if that cannot be."""
    try:
        await s3.request("head_bucket")
    except S3Failed as failure:
        if failure.code not in ABSENT:
            raise
        await _make(s3)
    await _keep_rule(s3, keep)


async def _make(s3: S3Client) -> None:
    where: dict[str, Any] = {}
    if s3.region != "us-east-1":  # which must not be said
        where["CreateBucketConfiguration"] = {"LocationConstraint": s3.region}
    try:
        await s3.request("create_bucket", **where)
        log.info("the bucket was not there and has been made")
    except S3Failed as failure:
        if failure.code != "BucketAlreadyOwnedByYou":  # another replica was faster
            raise


async def _keep_rule(s3: S3Client, keep: timedelta) -> None:
    """Have the server erase old blobs; it need not know how, that is a backstop."""
    rule = _rule(keep)
    try:
        rules = await _rules(s3)
        if rule not in rules:
            others = [other for other in rules if other.get("ID") != RULE]
            await s3.request(
                "put_bucket_lifecycle_configuration",
                LifecycleConfiguration={"Rules": [*others, rule]},
            )
    except S3Failed as failure:
        log.warning("S3 does not erase forgotten blobs by itself: %s", failure.reason)


async def _rules(s3: S3Client) -> list[dict[str, Any]]:
    try:
        answer = await s3.request("get_bucket_lifecycle_configuration")
    except S3Failed as failure:
        if failure.code != "NoSuchLifecycleConfiguration":
            raise
        return []
    rules: list[dict[str, Any]] = answer.get("Rules", [])
    return rules


def _rule(keep: timedelta) -> dict[str, Any]:
    """S3 counts in days.

    >>> _rule(timedelta(hours=25))["Expiration"]
    {'Days': 2}
    """
    return {
        "ID": RULE,
        "Filter": {"Prefix": ""},
        "Status": "Enabled",
        "Expiration": {"Days": max(1, -(-keep // timedelta(days=1)))},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    }
