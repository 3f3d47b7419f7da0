"""How the bucket is found and made, and what its rules say of forgotten blobs."""

import asyncio
import logging
from pathlib import Path

import pytest
from engine.adapters.s3.blobs import S3BlobStore
from engine.domain.errors import Unavailable

from .conftest import KEEP, ScriptedServer, put


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
