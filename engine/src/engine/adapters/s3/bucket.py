"""A bucket fit for blobs: it exists, and erases blobs that nothing erased in time."""

import logging
from datetime import timedelta
from typing import Any

from engine.adapters.s3.client import S3Client
from engine.adapters.s3.failures import S3Failed
from engine.adapters.s3.url import DEFAULT_REGION

log = logging.getLogger(__name__)

RULE_ID = "marketplace-forgotten-blobs"
"""By this name our own lifecycle rule is found again; the operator may have others."""

ABSENT_CODES = frozenset({"404", "NoSuchBucket"})
"""The answer to HEAD has no body: then the code is the HTTP status."""


async def prepare_bucket(s3: S3Client, keep: timedelta) -> None:
    """Make the bucket if there is none; raises `S3Failed` if that is not possible."""
    try:
        await s3.request("head_bucket")
    except S3Failed as failure:
        if failure.code not in ABSENT_CODES:
            raise
        await _make(s3)

    await _keep_rule(s3, keep)


async def _make(s3: S3Client) -> None:
    where: dict[str, Any] = {}
    # S3 refuses a request that names its default region.
    if s3.region != DEFAULT_REGION:
        where["CreateBucketConfiguration"] = {"LocationConstraint": s3.region}

    try:
        await s3.request("create_bucket", **where)
    except S3Failed as failure:
        # Replicas that start together all try; the first one makes it.
        if failure.code != "BucketAlreadyOwnedByYou":
            raise
    else:
        log.info("the bucket did not exist and has been made")


async def _keep_rule(s3: S3Client, keep: timedelta) -> None:
    """Have the server erase old blobs.

    The engine erases what it knows of. This rule is for blobs that no task knows,
    and not all servers have such rules: so a failure is only a warning.
    """
    rule = _rule(keep)

    try:
        rules = await _rules(s3)
        if rule in rules:
            return

        # S3 takes all rules of a bucket at once: those of the operator stay.
        others = [other for other in rules if other.get("ID") != RULE_ID]
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
    """S3 counts in days: a part of one is rounded up.

    >>> _rule(timedelta(hours=25))["Expiration"]
    {'Days': 2}
    """
    days = -(-keep // timedelta(days=1))
    return {
        "ID": RULE_ID,
        "Filter": {"Prefix": ""},
        "Status": "Enabled",
        "Expiration": {"Days": max(1, days)},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    }
