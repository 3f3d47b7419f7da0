"""What S3_URL may say."""

from datetime import timedelta

import pytest
from engine.adapters.s3.blobs import S3BlobStore
from engine.adapters.s3.url import S3Url

SECRET = "s3cr3t/+%"
URLS = {
    "s3://pictures": S3Url(bucket="pictures"),
    "s3://pictures?region=eu-west-1": S3Url(bucket="pictures", region="eu-west-1"),
    "http://localhost:9000/pictures": S3Url(
        bucket="pictures", endpoint="http://localhost:9000", addressing="path"
    ),
    "http://[::1]:9000/pictures/": S3Url(
        bucket="pictures", endpoint="http://[::1]:9000", addressing="path"
    ),
    "https://me:s3cr3t%2F%2B%25@storage.example/a.b-c?addressing=virtual&region=r1": (
        S3Url(
            bucket="a.b-c",
            endpoint="https://storage.example",
            region="r1",
            addressing="virtual",
            key="me",
            secret=SECRET,
        )
    ),
}
BAD = {
    "": "cannot be read",
    "pictures": "cannot be read",
    "s3://": "cannot be read",
    "s3://pictures/folder": "write a bucket after s3:// and nothing else",
    "s3://me:s3cr3t@pictures": "no valid name of a bucket",
    "s3://Pictures": "no valid name of a bucket",
    "ftp://host/pictures": "must begin with s3://, http:// or https://",
    "http://host": "no valid name of a bucket",
    "http://host/": "no valid name of a bucket",
    "http://host/a": "no valid name of a bucket",
    "http://host/pictures/folder": "no valid name of a bucket",
    "http://host:port/pictures": "cannot be read",
    "http://host:0/pictures": "cannot be read",
    "http://me:s3cr3t/x@host/pictures": "cannot be read",
    "http://me:s3cr3t#x@host/pictures": "cannot be read",
    "http://me@host/pictures": "needs both a key and its secret",
    "http://:s3cr3t@host/pictures": "needs both a key and its secret",
    "http://host/pictures?region=": "the region is not valid",
    "http://host/pictures?region=a/b": "the region is not valid",
    "http://host/pictures?addressing=odd": "addressing must be path or virtual",
    "http://host/pictures?regoin=r": "unknown option: regoin",
}


@pytest.mark.parametrize("text", URLS)
def test_a_url_says_bucket_server_and_credentials(text: str) -> None:
    url = S3Url.parse(text)

    assert url == URLS[text]
    assert SECRET not in repr(url)


@pytest.mark.parametrize("text", BAD)
def test_a_bad_url_is_refused_in_a_sentence_without_the_secret(text: str) -> None:
    with pytest.raises(ValueError, match=BAD[text]) as refusal:
        S3BlobStore(text, timedelta(days=30))

    assert "s3cr3t" not in str(refusal.value)
    assert refusal.value.__cause__ is None
