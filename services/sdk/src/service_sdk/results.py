"""What a piece of work ended in, and how a result is put on disk."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from pydantic import BaseModel
from pydantic_core import to_json

from service_sdk.fields import File
from service_sdk.protocol import RESULT_KEY
from service_sdk.receiving import Part


@dataclass(frozen=True)
class Result:
    """What an operation returned: one JSON object in a file, and files."""

    typed: Path
    files: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Failure:
    """Why there is no result."""

    message: str

    retryable: bool = False
    """Whether the engine may give the same work out again."""

    status: int = 500
    """The HTTP status for a caller without an engine. 422: the input is wrong;
    503: it may work later."""

    def as_json(self) -> dict[str, object]:
        """The form in which it is sent to the engine."""
        failure: dict[str, object] = {"type": "error", "message": self.message}
        if self.retryable:
            failure["retryable"] = True
        return failure


Outcome = Result | Failure


def save(value: object, folder: Path) -> Result:
    """Write a result to disk: each file by itself, the rest as one JSON object."""
    output = _as_fields(value)
    files = {key: field for key, field in output.items() if isinstance(field, File)}
    typed = {key: field for key, field in output.items() if key not in files}

    typed_path = folder / "result.json"
    typed_path.write_bytes(to_json(typed, by_alias=True, fallback=_plain))

    parts = []
    for number, (key, file) in enumerate(files.items()):
        path = _on_disk(file, folder / f"result{number}")
        named = File(b"", file.media_type, file.name, key)
        parts.append(Part(key, path, file.media_type, named.download_name))

    return Result(typed_path, tuple(parts))


def _on_disk(file: File, path: Path) -> Path:
    """Where the content is; content in memory is written to `path`."""
    if isinstance(file.content, Path):
        return file.content
    path.write_bytes(file.content)
    return path


def _as_fields(value: object) -> dict[str, object]:
    match value:
        case None:
            return {}
        case Mapping():
            return {str(key): field for key, field in value.items()}
        case BaseModel():
            return value.model_dump(mode="json", by_alias=True)
        # A File is a dataclass too, but one field of a result, not several.
        case _ if isinstance(value, File) or not is_dataclass(value):
            return {RESULT_KEY: value}
        case _:
            return {field.name: getattr(value, field.name) for field in fields(value)}


def _plain(value: object) -> object:
    """Numbers and arrays of numpy become plain ones; no other type is guessed."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"a {type(value).__name__} cannot be written as JSON")
