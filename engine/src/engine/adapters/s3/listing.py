"""What a bucket holds, page by page: objects, and uploads that were not finished."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from engine.adapters.s3.client import S3Client, S3Failed

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
        markers = {"KeyMarker": "NextKeyMarker", "UploadIdMarker": "NextUploadIdMarker"}
        further = {marker: page[following] for marker, following in markers.items()}


async def delete(s3: S3Client, keys: Sequence[str]) -> None:
    """Erase up to 1000 objects at once; raises if a single one stays."""
    if not keys:
        return
    which = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
    answer = await s3.call("delete_objects", Delete=which)
    for error in answer.get("Errors", []):
        code, key = error.get("Code", ""), error.get("Key", "")
        raise S3Failed(f"{key} cannot be deleted: {code}", code)


async def abort_uploads(s3: S3Client, prefix: str) -> None:
    """Erase the parts of all uploads that were not finished."""
    async for page in uploads(s3, prefix):
        for upload in page:
            try:
                which = {"Key": upload["Key"], "UploadId": upload["UploadId"]}
                await s3.call("abort_multipart_upload", **which)
            except S3Failed as failure:
                if failure.code != "NoSuchUpload":
                    raise
