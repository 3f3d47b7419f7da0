"""Buckets of a real S3."""

import boto3
import external
import pytest


def new_bucket(monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a new one; the environment leads to its server."""
    server = external.s3()
    name = external.new_bucket().rpartition("/")[2]

    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", server.key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", server.secret)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    boto3.Session().client("s3").create_bucket(Bucket=name)
    return f"s3://{name}"
