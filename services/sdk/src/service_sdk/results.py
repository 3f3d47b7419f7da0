"""What a piece of work ended in, and how a result is put on disk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from body_parts.media_types import ALIASES, is_media_type, without_parameters
from pydantic import BaseModel, RootModel
from pydantic_core import to_json

from service_sdk.errors import BadResult, NotAsAnnounced
from service_sdk.fields import File
from service_sdk.plain_values import RESERVED_KEYS, NotPlain, key_text, plain
from service_sdk.protocol import MAX_NAME_CHARACTERS, RESULT_KEY
from service_sdk.receiving import Part
from service_sdk.result_check import Difference, ResultCheck


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


ANYTHING = ResultCheck(None)
"""The check of an operation that announces nothing about its result."""


def save(
    value: object, folder: Path, operation: str, announced: ResultCheck = ANYTHING
) -> Result:
    """Write a result to disk: each file by itself, the rest as one JSON object.

    Raises `BadResult` for what the engine would refuse, and for what is not as the
    operation has announced it.
    """
    try:
        return _save(value, folder, announced)
    except Difference as fault:
        raise NotAsAnnounced(operation, fault.place, fault.reason) from None
    except NotPlain as fault:
        raise BadResult(operation, fault.place, fault.reason) from None


def _save(value: object, folder: Path, announced: ResultCheck) -> Result:
    output = _as_fields(value)
    files = dict(_files_of(output))
    values = {key: field for key, field in output.items() if not _holds_files(field)}

    typed = {key: plain(field, key) for key, field in values.items()}
    _check_keys(typed, files)
    media_types = {key: _type_of(key, file) for key, file in files.items()}
    announced.check(typed, media_types)

    typed_path = folder / "result.json"
    typed_path.write_bytes(to_json(typed))

    parts = []
    for number, (key, file) in enumerate(files.items()):
        path = _on_disk(key, file, folder / f"result{number}")
        named = File(b"", file.media_type, file.name, key)
        parts.append(Part(key, path, media_types[key], named.download_name))

    return Result(typed_path, tuple(parts))


def _holds_files(field: object) -> bool:
    """Whether it is a file, or a list of nothing but files."""
    if isinstance(field, list | tuple):
        return bool(field) and all(isinstance(item, File) for item in field)
    return isinstance(field, File)


def _files_of(output: Mapping[str, object]) -> Iterator[tuple[str, File]]:
    """The files by key; those of a list are numbered, as the loops of an engine do."""
    for key, field in output.items():
        if isinstance(field, File):
            yield key, field
        elif isinstance(field, list | tuple) and _holds_files(field):
            for number, file in enumerate(field):
                yield f"{key}{number}", file


def _check_keys(typed: Mapping[str, object], files: Mapping[str, File]) -> None:
    for key in (*typed, *files):
        if not key or key in RESERVED_KEYS:
            raise NotPlain(key, "is no key that a result can have")
    for key in files:
        if key in typed:
            raise NotPlain(key, "is the key of a file and of a value")
        if len(key) > MAX_NAME_CHARACTERS:
            shown = f"{key[:40]}…"
            raise NotPlain(shown, f"names a file in over {MAX_NAME_CHARACTERS} letters")

    # The engine would take it for a word on the way, and wait for the result.
    if typed.keys() == {"type", "message"} and typed["type"] == "progress":
        raise NotPlain("type", "is “progress”, which would not be taken for a result")


def _type_of(key: str, file: File) -> str:
    if not is_media_type(file.media_type):
        raise NotPlain(
            key,
            f"has {file.media_type!r:.100} as its media type; write one such as "
            "image/png",
        )
    return ALIASES.get(without_parameters(file.media_type), file.media_type)


def _on_disk(key: str, file: File, path: Path) -> Path:
    """Where the content is; content in memory is written to `path`."""
    content = file.content
    if isinstance(content, Path):
        if not content.is_file():
            raise NotPlain(
                key, f"is the file {content.name}, which does not exist (any more)"
            )
        return content

    if not isinstance(content, bytes | bytearray | memoryview):
        kind = type(content).__name__
        raise NotPlain(key, f"is a File of {kind}; it takes bytes or a Path")
    path.write_bytes(content)
    return path


def _as_fields(value: object) -> dict[str, object]:
    match value:
        case None:
            return {}
        case Mapping():
            return {key_text(key, value): field for key, field in value.items()}
        case RootModel():
            return _as_fields(value.root)
        case BaseModel():
            return _fields_of_model(value)
        # A File is a dataclass too, but one field of a result, not several.
        case _ if isinstance(value, File | type) or not is_dataclass(value):
            return {RESULT_KEY: value}
        case _:
            return {field.name: getattr(value, field.name) for field in fields(value)}


def _fields_of_model(value: BaseModel) -> dict[str, object]:
    """The fields by their alias; what is a file stays one."""
    files: dict[str, object] = {}
    chosen = {*type(value).model_computed_fields, *(value.model_extra or ())}

    for name, field in type(value).model_fields.items():
        found = getattr(value, name)
        if _holds_files(found):
            files[field.serialization_alias or field.alias or name] = found
        else:
            chosen.add(name)
    return value.model_dump(mode="json", by_alias=True, include=chosen) | files
