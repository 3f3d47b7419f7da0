"""Where the blobs are: what S3_URL says."""

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

DEFAULT_REGION = "us-east-1"
"""AWS takes it when no region is named; other servers seldom care."""

BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
REGION = re.compile(r"[a-z0-9-]+")
ADDRESSING_STYLES = ("path", "virtual")
FORM = (
    "s3://bucket or https://[key:secret@]host[:port]/bucket, "
    "with special characters of key and secret written as %XX"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Url:
    """A bucket, the server that keeps it, and who we are there."""

    bucket: str
    endpoint: str | None = None
    """None: AWS."""
    region: str | None = None
    addressing: str = "auto"
    key: str | None = field(default=None, repr=False)
    """None: the credentials that AWS tools would find."""
    secret: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, text: str) -> "S3Url":
        """Read an S3_URL; a ValueError says what is wrong and tells no secret.

        >>> S3Url.parse("http://me:pass@localhost:9000/blobs?region=eu-west-1").endpoint
        'http://localhost:9000'
        """
        url = _split(text)
        on_aws = url.scheme == "s3"

        # Names such as bucket.localhost do not resolve: so other servers than AWS
        # are asked by path, unless the URL says otherwise.
        options = dict(parse_qsl(url.query, keep_blank_values=True))
        addressing = options.pop("addressing", "auto" if on_aws else "path")
        region = options.pop("region", None)
        _require(not options, f"unknown option: {', '.join(options)}")
        _require(
            addressing in ("auto", *ADDRESSING_STYLES),
            "addressing must be path or virtual",
        )
        _require(region is None or REGION.fullmatch(region), "the region is not valid")

        bucket = url.netloc if on_aws else url.path.strip("/")
        _require(BUCKET.fullmatch(bucket), "it has no valid name of a bucket")

        if on_aws:
            return cls(bucket=bucket, region=region, addressing=addressing)

        key, secret = _credentials(url)
        return cls(
            bucket=bucket,
            endpoint=f"{url.scheme}://{url.netloc.rpartition('@')[2]}",
            region=region,
            addressing=addressing,
            key=key,
            secret=secret,
        )


def _split(text: str) -> SplitResult:
    try:
        url = urlsplit(text)
        readable = url.hostname and (url.port is None or url.port > 0)
    except ValueError:
        # Its message is not passed on: it may quote a secret.
        readable = False

    _require(readable and not url.fragment, f"it cannot be read: write {FORM}")
    _require(
        url.scheme in ("s3", "http", "https"),
        "it must begin with s3://, http:// or https://",
    )
    _require(
        url.scheme != "s3" or not url.path.strip("/"),
        "write a bucket after s3:// and nothing else",
    )
    return url


def _credentials(url: SplitResult) -> tuple[str | None, str | None]:
    both_or_none = bool(url.username) == bool(url.password)
    _require(both_or_none, "it needs both a key and its secret, or neither")

    if not url.username or not url.password:
        return None, None
    return unquote(url.username), unquote(url.password)


def _require(holds: object, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)
