"""How the bucket is found, made and asked, with a server that answers as scripted."""

import asyncio
import base64
import hashlib
import logging
import traceback
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from engine.adapters.s3.blobs import S3BlobStore
from engine.adapters.s3.upload import PART_BYTES
from engine.domain.errors import Unavailable
from engine.domain.values import Blob
from multidict import CIMultiDictProxy

KEEP = timedelta(days=30)
SECRET = "s3cr3t/+%"


class ScriptedServer:
    """A server that answers as a test tells it to; otherwise that all is well."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, CIMultiDictProxy[str], bytes]] = []
        self.answers: dict[str, tuple[int, str, dict[str, str]]] = {}
        self.asked_once = asyncio.Event()

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        asked = f"{request.method} {request.raw_path}"
        self.requests.append((asked, request.headers, await request.content.read()))
        self.asked_once.set()

        for beginning, (status, text, headers) in self.answers.items():
            if asked.startswith(beginning):
                return web.Response(status=status, text=text, headers=headers)

        return web.Response()

    def asked(self, beginning: str) -> list[bytes]:
        """What came with such requests."""
        return [body for asked, _, body in self.requests if asked.startswith(beginning)]

    def says(self, beginning: str, text: str = "", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[beginning] = (200, text, named)

    def refuses(self, beginning: str, status: int, code: str, says: str = "") -> None:
        error = f"<Error><Code>{code}</Code><Message>{says}</Message></Error>"
        self.answers[beginning] = (status, error, {})


@pytest.fixture
async def server() -> ScriptedServer:
    return ScriptedServer()


@pytest.fixture
async def address(server: ScriptedServer) -> AsyncIterator[str]:
    runner = web.ServerRunner(web.Server(server), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def store(address: str) -> AsyncIterator[S3BlobStore]:
    url = f"http://my-key:s3cr3t%2F%2B%25@{address}/pictures"
    async with S3BlobStore(url, KEEP) as store:
        yield store


async def some(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def put(store: S3BlobStore, content: bytes, type: str = "image/png") -> Blob:
    return await store.put("t", some(content), type, None)


async def read(store: S3BlobStore, start: int = 0) -> bytes:
    return b"".join([piece async for piece in store.read("t/x", start)])


# Where the bucket is.


async def test_a_server_on_this_machine_is_asked_without_the_proxy_of_the_environment(
    server: ScriptedServer, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)

    async with S3BlobStore(f"http://me:x@{address}/pictures", KEEP) as store:
        await put(store, b"abc")

    assert server.requests[-1][2] == b"abc"


async def test_a_bucket_is_part_of_the_path(
    server: ScriptedServer, store: S3BlobStore
) -> None:
    blob = await put(store, b"abc")

    asked, headers, body = server.requests[-1]
    assert (asked, body) == (f"PUT /pictures/{blob.key}", b"abc")
    assert headers["Content-Type"] == "image/png"
    assert headers["x-amz-checksum-crc32"] == "NSRBwg=="


@pytest.mark.parametrize("odd", ["", "x\r\ny: z", "ü/x", " ", "x" * 300])
async def test_a_type_that_fits_no_header_stays_with_the_reference(
    server: ScriptedServer, store: S3BlobStore, odd: str
) -> None:
    blob = await put(store, b"abc", odd)

    _, headers, _ = server.requests[-1]
    assert headers["Content-Type"] == "application/octet-stream"
    assert blob.type == odd


async def test_a_bucket_may_be_part_of_the_host(
    server: ScriptedServer, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://{address}")
    url = "http://me:secret@storage.example/pictures?addressing=virtual"

    async with S3BlobStore(url, KEEP) as store:
        await store.check()

    hosts = {headers["Host"] for _, headers, _ in server.requests}
    assert hosts == {"pictures.storage.example"}


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("s3://pictures", "pictures.s3.amazonaws.com:443"),
        ("s3://pictures?region=eu-west-1", "pictures.s3.eu-west-1.amazonaws.com:443"),
        ("s3://pictures?addressing=path", "s3.amazonaws.com:443"),
    ],
)
async def test_aws_needs_no_server_in_the_url(
    server: ScriptedServer,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    host: str,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "me")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("https_proxy", f"http://{address}")

    async with S3BlobStore(url, KEEP) as store:
        check = asyncio.ensure_future(store.check())
        await server.asked_once.wait()
        check.cancel()

    assert server.requests[0][0] == f"CONNECT {host}"


async def test_opening_contacts_nobody(
    server: ScriptedServer, store: S3BlobStore
) -> None:
    assert server.requests == []


async def test_without_credentials_it_is_unavailable_until_there_are_some(
    server: ScriptedServer,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)

    async with S3BlobStore(f"http://{address}/pictures", KEEP) as store:
        with pytest.raises(Unavailable, match="Unable to locate credentials"):
            await store.check()
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "me")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        await store.check()

    assert server.requests


# The bucket itself.


@pytest.mark.parametrize("region", ["", "eu-west-1"])
async def test_a_bucket_that_is_missing_is_made_once(
    server: ScriptedServer, address: str, region: str
) -> None:
    server.refuses("HEAD /pictures", 404, "NoSuchBucket")
    where = f"?region={region}" if region else ""

    async with S3BlobStore(f"http://me:x@{address}/pictures{where}", KEEP) as store:
        await asyncio.gather(*(put(store, b"x") for _ in range(5)))

    assert len(server.asked("HEAD ")) == 1
    (body,) = [body for asked, _, body in server.requests if asked == "PUT /pictures"]
    assert region.encode() in body
    assert bool(body) == bool(region)


async def test_a_bucket_that_another_replica_made_is_fine(
    server: ScriptedServer, store: S3BlobStore
) -> None:
    server.refuses("HEAD /pictures", 404, "NoSuchBucket")
    server.says("PUT /pictures/t/")
    server.refuses("PUT /pictures", 409, "BucketAlreadyOwnedByYou")

    await put(store, b"x")


async def test_a_bucket_that_cannot_be_made_is_told_and_tried_again(
    server: ScriptedServer, store: S3BlobStore
) -> None:
    server.refuses("HEAD /pictures", 404, "NoSuchBucket")
    server.refuses("PUT /pictures", 403, "AccessDenied", "You may not.")

    with pytest.raises(Unavailable, match="CreateBucket: AccessDenied: You may not."):
        await put(store, b"x")

    server.answers.clear()
    await put(store, b"x")


OURS = "<ID>marketplace-forgotten-blobs</ID>"


def rules(*rules: str) -> str:
    inner = "".join(f"<Rule>{rule}</Rule>" for rule in rules)
    return f"<LifecycleConfiguration>{inner}</LifecycleConfiguration>"


async def test_the_operators_rules_stay_when_ours_is_written(
    server: ScriptedServer, store: S3BlobStore
) -> None:
    theirs = "<ID>theirs</ID><Status>Enabled</Status><Prefix>logs/</Prefix>"
    old = f"{OURS}<Status>Enabled</Status><Expiration><Days>9</Days></Expiration>"
    server.says("GET /pictures?lifecycle", rules(theirs, old))

    await store.check()

    (body,) = server.asked("PUT /pictures?lifecycle")
    assert b"<ID>theirs</ID>" in body and b"<Prefix>logs/</Prefix>" in body
    assert body.count(OURS.encode()) == 1
    assert b"<Expiration><Days>30</Days></Expiration>" in body
    assert b"<DaysAfterInitiation>1</DaysAfterInitiation>" in body


async def test_a_rule_that_is_there_is_not_written_again(
    server: ScriptedServer, store: S3BlobStore
) -> None:
    ours = (
        f"{OURS}<Status>Enabled</Status><Filter><Prefix></Prefix></Filter>"
        "<Expiration><Days>30</Days></Expiration><AbortIncompleteMultipartUpload>"
        "<DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>"
    )
    server.says("GET /pictures?lifecycle", rules(ours))

    await store.check()

    assert server.asked("PUT ") == []


async def test_a_server_without_rules_is_a_warning(
    server: ScriptedServer, store: S3BlobStore, caplog: pytest.LogCaptureFixture
) -> None:
    server.refuses("GET /pictures?lifecycle", 501, "NotImplemented", "What?")

    await store.check()
    await store.check()

    warnings = [r.message for r in caplog.records if r.levelno >= logging.WARNING]
    assert len(warnings) == 1
    assert "forgotten blobs" in warnings[0] and "NotImplemented" in warnings[0]


# What errors say.


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


# Single operations.


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
