"""What a caller gives becomes the body of a request. Files are streamed, never read."""

import json
import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

OCTET_STREAM = "application/octet-stream"
JSON = "application/json"
TYPED_DATA_PART = "data"
"""The part in which the typed data goes beside files."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is not on disk, or whose type its name does not tell.

    >>> Upload(b"name,age", name="people.csv").media_type
    'text/csv'
    """

    content: bytes | IO[bytes] | Path
    name: str = "file"
    type: str = ""
    """The media type; empty: guessed from the name."""

    @property
    def media_type(self) -> str:
        """The type that is sent."""
        return self.type or mimetypes.guess_type(self.name)[0] or OCTET_STREAM


class Inputs:
    """The inputs of one call, as often as they have to be sent."""

    def __init__(self, inputs: Mapping[str, Any]) -> None:
        self._files: list[tuple[str, Upload]] = []
        self._typed: dict[str, Any] = {}
        for name, value in inputs.items():
            files = _uploads(value)
            if files is None:
                self._typed[name] = value
            else:
                self._files += [(name, upload) for upload in files]

    @property
    def repeatable(self) -> bool:
        """Whether all of it can be sent a second time: a stream may be read once."""
        contents = [upload.content for _, upload in self._files]
        return all(isinstance(c, bytes | Path) or c.seekable() for c in contents)

    @contextmanager
    def body(self) -> Iterator[dict[str, Any]]:
        """The body as httpx takes it; files are open as long as the block."""
        if not self._files:
            yield {"json": self._typed}
            return

        with ExitStack() as opened:
            parts: list[tuple[str, Any]] = []
            for name, upload in self._files:
                content = _opened(upload, opened)
                parts.append((name, (upload.name, content, upload.media_type)))
            if self._typed:
                typed = json.dumps(self._typed, allow_nan=False)
                parts.append((TYPED_DATA_PART, (None, typed, JSON)))
            yield {"files": parts}


def _uploads(value: Any) -> Sequence[Upload] | None:
    """The files that a value is; None: it is typed data."""
    if isinstance(value, list | tuple) and value:
        found = [_upload(item) for item in value]
        files = [upload for upload in found if upload]
        return files if len(files) == len(found) else None
    upload = _upload(value)
    return None if upload is None else [upload]


def _upload(value: Any) -> Upload | None:
    if isinstance(value, Upload):
        return value
    if isinstance(value, Path):
        return Upload(value, value.name)
    if isinstance(value, bytes | bytearray | memoryview):
        return Upload(bytes(value))
    if hasattr(value, "read"):
        name = getattr(value, "name", "")
        return Upload(
            value, Path(name).name if isinstance(name, str) and name else "file"
        )
    return None


class _Stream:
    """What can be read once, and from its beginning to its end alone.

    httpx would take the size of a pipe for that of its content, which is 0.
    """

    def __init__(self, content: IO[bytes]) -> None:
        self.read = content.read


def _opened(upload: Upload, opened: ExitStack) -> IO[bytes] | _Stream:
    content = upload.content
    if isinstance(content, Path):
        return opened.enter_context(content.open("rb"))
    if isinstance(content, bytes):
        return BytesIO(content)
    if not content.seekable():
        return _Stream(content)
    # Sent again from its beginning.
    content.seek(0)
    return content
