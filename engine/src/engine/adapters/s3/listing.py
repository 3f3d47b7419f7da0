"""What a bucket holds, page by page: objects, and uploads that were not finished."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from engine.adapters.s3.client import S3Client
from engine.adapters.s3.failures import S3Failed

Entries = Sequence[Mapping[str, Any]]


async def objects(s3: S3Client, prefix: str) -> AsyncIterator[Entries]:
    """Pages of at most 1000 objects, by key."""
    further: dict[str, str] = {}

    while True:
        page = await s3.call("list_objects_v2", Prefix=prefix, **further)
        yield page.get("Contents", [])

        if not page.get("IsTruncated"):
            return
        further = {"ContinuationToken": page["NextContinuationToken"]}


async def uploads(s3: S3Client, prefix: str) -> AsyncIterator[Entries]:
    """Pages of at most 1000 uploads; none from a server that cannot list them."""
    further: dict[str, str] = {}

    while True:
        try:
            page = await s3.call("list_multipart_uploads", Prefix=prefix, **further)
        except S3Failed as failure:
            if failure.code != "NotImplemented":
                raise
            return
        yield page.get("Uploads", [])

        if not page.get("IsTruncated"):
            return
        further = {
            "KeyMarker": page["NextKeyMarker"],
            "UploadIdMarker": page["NextUploadIdMarker"],
        }


async def delete(s3: S3Client, keys: Sequence[str]) -> None:
    """Erase up to 1000 objects at once; raises if a single one stays."""
    if not keys:
        return

    # Quiet: the answer names only what could not be deleted.
    which = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
    answer = await s3.call("delete_objects", Delete=which)

    for error in answer.get("Errors", []):
        code = error.get("Code", "")
        key = error.get("Key", "")
        raise S3Failed(f"{key} cannot be deleted: {code}", code=code)


async def abort_uploads(s3: S3Client, prefix: str) -> None:
    """Erase the parts of all uploads that were not finished."""
    async for page in uploads(s3, prefix):
        for upload in page:
            await _abort(s3, upload)


async def _abort(s3: S3Client, upload: Mapping[str, Any]) -> None:
    try:
        await s3.call(
            "abort_multipart_upload", Key=upload["Key"], UploadId=upload["UploadId"]
        )
    except S3Failed as failure:
        # It was finished or aborted since it was listed, or our first try of this
        # call was carried out and only its answer was lost.
        if failure.code != "NoSuchUpload":
            raise
