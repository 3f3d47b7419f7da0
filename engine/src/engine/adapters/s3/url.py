"""Where the blobs are: what S3_URL says."""

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
REGION = re.compile(r"[a-z0-9-]+")
STYLES = ("path", "virtual")
FORM = (
    "s3://bucket or https://[key:secret@]host[:port]/bucket, "
    "with special characters of key and secret written as %XX"
)


@dataclass(frozen=True, slots=True)
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
        parts, options = _split(text), {}
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            options[name] = value
        style = options.pop("addressing", "auto" if parts.scheme == "s3" else "path")
        region = options.pop("region", None)
        _demand(not options, f"unknown option: {', '.join(options)}")
        _demand(style in ("auto", *STYLES), "addressing is path or virtual")
        _demand(region is None or REGION.fullmatch(region), "no such region")
        bucket = parts.netloc if parts.scheme == "s3" else parts.path.strip("/")
        _demand(BUCKET.fullmatch(bucket), "it has no valid name of a bucket")
        if parts.scheme == "s3":
            return cls(bucket, None, region, style)
        endpoint = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        return cls(bucket, endpoint, region, style, *_credentials(parts))


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        sound = parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:  # its words may quote a secret
        sound = False
    _demand(sound and not parts.fragment, f"it cannot be read: write {FORM}")
    _demand(
        parts.scheme in ("s3", "http", "https"),
        "it begins with s3://, http:// or https://",
    )
    bare = parts.scheme != "s3" or not parts.path.strip("/")
    _demand(bare, "after s3:// stands a bucket and nothing else")
    return parts


def _credentials(parts: SplitResult) -> tuple[str | None, str | None]:
    both_or_none = bool(parts.username) == bool(parts.password)
    _demand(both_or_none, "it needs both a key and its secret, or neither")
    if not parts.username or not parts.password:
        return None, None
    return unquote(parts.username), unquote(parts.password)


def _demand(holds: object, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)
