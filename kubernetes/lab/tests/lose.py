"""Deletes all that MongoDB and the bucket have: MONGO_URL=… S3_URL=… python lose.py."""

import os
from urllib.parse import urlsplit

import boto3  # type: ignore[import-untyped]  # has no types
from pymongo import MongoClient
from pymongo.uri_parser import parse_uri


def drop_database(url: str) -> None:
    """All collections, with their indexes."""
    client: MongoClient[dict[str, object]] = MongoClient(url)
    client.drop_database(parse_uri(url)["database"])


def delete_objects(url: str) -> None:
    """All of the bucket, which stays."""
    parts = urlsplit(url)
    name = parts.path.strip("/")
    s3 = boto3.resource(
        "s3",
        endpoint_url=f"{parts.scheme}://{parts.hostname}:{parts.port}",
        aws_access_key_id=parts.username,
        aws_secret_access_key=parts.password,
        region_name="us-east-1",
    )
    s3.Bucket(name).objects.all().delete()


if __name__ == "__main__":
    drop_database(os.environ["MONGO_URL"])
    delete_objects(os.environ["S3_URL"])
