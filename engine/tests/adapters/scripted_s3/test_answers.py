"""What the store makes of the answers of a server, wrong ones too."""

import asyncio
import base64
import hashlib
import logging
import traceback
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from engine.adapters.s3.blobs import S3BlobStore
from engine.adapters.s3.upload import PART_BYTES
from engine.domain.errors import Unavailable

from .conftest import ScriptedServer, put, read

SECRET = "s3cr3t/+%"


async def test_credentials_are_never_told(
    server: ScriptedServer, store: S3BlobStore, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await put(store, b"x")
    server.refuses("PUT", 403, "Denied", f"my-key with {SECRET} may not")

    with pytest.raises(Unavailable, match="Denied: … with … may not") as refusal:
        await put(store, b"x")

    shown = "".join(traceback.format_exception(refusal.value))
    assert SECRET not in shown and "my-key" not in shown
    assert caplog.messages and SECRET not in caplog.text


async def test_an_answer_that_makes_no_sense_is_asked_for_again(
    server: ScriptedServer, store: S3BlobStore
) -> None:
    await store.check()
    server.asked_once.clear()
    server.says("GET", "<odd")

    erased = asyncio.ensure_future(store.erase("t"))
    await server.asked_once.wait()
    server.answers.clear()
    await erased

    assert len(server.asked("GET /pictures?list-type=2")) == 2


async def test_deleting_brings_the_checksum_that_older_servers_want(
    server: ScriptedServer, store: S3BlobStore
) -> None:
    await store.delete(["t/x"])

    _, headers, body = server.requests[-1]
    digest = hashlib.md5(body, usedforsecurity=False).digest()
    assert headers["Content-MD5"] == base64.b64encode(digest).decode()


async def test_a_blob_that_cannot_be_deleted_is_told(
    server: ScriptedServer, store: S3BlobStore
) -> None:
    error = "<Error><Key>t/x</Key><Code>AccessDenied</Code></Error>"
    server.says("POST /pictures?delete", f"<DeleteResult>{error}</DeleteResult>")

    with pytest.raises(Unavailable, match="t/x cannot be deleted: AccessDenied"):
        await store.delete(["t/x"])


async def test_bytes_that_were_not_asked_for_are_not_taken(
    server: ScriptedServer, store: S3BlobStore
) -> None:
    server.says("GET /pictures/t/x", "abc", ETag='"1"')

    assert await read(store) == b"abc"
    with pytest.raises(Unavailable, match="other bytes than it was asked for"):
        await read(store, start=1)


@pytest.mark.parametrize(
    ("size", "there"), [(PART_BYTES + 1, True), (PART_BYTES, False)]
)
async def test_an_upload_found_joined_is_whole_or_not(
    server: ScriptedServer, store: S3BlobStore, size: int, there: bool
) -> None:
    made = "<InitiateMultipartUploadResult><UploadId>u</UploadId>"
    server.says("POST /pictures/t/", f"{made}</InitiateMultipartUploadResult>")
    server.says("PUT /pictures/t/", ETag='"1"')
    await store.check()

    async def content() -> AsyncIterator[bytes]:
        yield bytes(PART_BYTES + 1)
        server.answers.clear()
        server.says("PUT /pictures/t/", ETag='"1"')
        server.says("HEAD /pictures/t/", Content_Length=str(size))
        server.refuses("POST /pictures/t/", 404, "NoSuchUpload")

    upload = store.put("t", content(), "a/b", None)
    if there:
        assert (await upload).size == size
    else:
        with pytest.raises(Unavailable, match="NoSuchUpload"):
            await upload


def listing(further: str, **found: str) -> str:
    entries = "".join(
        f"<Contents><Key>{key}</Key><LastModified>{at}</LastModified></Contents>"
        for key, at in found.items()
    )
    more = f"<IsTruncated>{str(bool(further)).lower()}</IsTruncated>"
    token = f"<NextContinuationToken>{further}</NextContinuationToken>"
    return f"<ListBucketResult>{more}{token}{entries}</ListBucketResult>"


async def test_what_was_touched_is_read_page_by_page(
    server: ScriptedServer, store: S3BlobStore
) -> None:
    noon = datetime(2026, 5, 5, 12, tzinfo=UTC)
    hour = timedelta(hours=1)
    before = (noon - hour).isoformat()
    within = noon.isoformat()
    after = (noon + hour).isoformat()
    first = {"old/1": before, "a/1": before, "a/2": within, "b/1": within}
    second = {"b/2": after, "c/1": within, "not a blob/1": within, "c-d/x": within}
    address = "GET /pictures?list-type=2&prefix=&"
    server.says(f"{address}continuation-token=more", listing("", **second))
    server.says(address, listing("more", **first))
    server.refuses("GET /pictures?uploads", 501, "NotImplemented")

    touched = await store.touched(noon, noon + hour)

    assert touched == ["a", "c", "c-d"]
