"""Do one piece of work in a worker: parts in, the outcome out, all on disk.

Runs in a thread or a process of its own; what it takes and gives can be pickled.
"""

import logging
import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from service_sdk.errors import (
    BadInput,
    Fault,
    ServiceError,
    TryAgain,
    Unavailable,
    WrongMediaType,
)
from service_sdk.fields import UNKNOWN, File
from service_sdk.intake import Part
from service_sdk.progress import Progress
from service_sdk.settings import Settings
from service_sdk.signature import JSON, Signature, read_signature

log = logging.getLogger("service_sdk.work")


@dataclass(frozen=True)
class Result:
    """What an operation gave back: JSON in a file, and files."""

    typed: Path
    files: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Failure:
    """Why there is no result."""

    message: str
    retryable: bool = False
    status: int = 500  # 422: the input is to blame; 503: not now

    def as_json(self) -> dict[str, object]:
        """The form in which the engine learns of it."""
        retryable = {"retryable": True} if self.retryable else {}
        return {"type": "error", "message": self.message, **retryable}


Outcome = Result | Failure


def perform(
    function: Callable[..., object],
    part: str | None,
    parts: tuple[Part, ...],
    folder: Path,
    limits: Settings,
) -> Outcome:
    """Call the function with what the parts hold; never raises."""
    try:
        signature = read_signature(function, part)
        arguments = bind(signature, parts, limits)
        if signature.progress:
            arguments[signature.progress] = Progress(folder)
        return save(function(**arguments), folder)
    except BadInput as fault:
        return Failure(str(fault), status=422)
    except TryAgain as fault:
        return Failure(str(fault), retryable=True, status=503)
    except Unavailable as fault:
        return Failure(str(fault), status=503)
    except ServiceError as fault:
        log.error("%s failed: %s", function.__name__, fault)
        return Failure(str(fault))
    except Exception as fault:  # the author's code raises whatever it likes
        log.exception("%s failed", function.__name__)
        return Failure(f"{function.__name__} failed: {type(fault).__name__}: {fault}")


def bind(
    signature: Signature, parts: tuple[Part, ...], limits: Settings
) -> dict[str, object]:
    """The function's arguments, or every fault of the input at once."""
    faults: list[Fault] = []
    sent = {part.name: part for part in parts if not is_json(signature, part)}
    try:
        values = _typed(signature, parts, limits)
    except BadInput as fault:
        values = {}
        faults += fault.faults
    for name, blob in signature.blobs.items():
        if name in sent:
            values[name] = _file(blob.kind, sent[name], limits)
        elif blob.required:
            faults.append(Fault(name, "missing; send a file under this name"))
    if faults:
        raise BadInput(*faults)
    return values


def is_json(signature: Signature, part: Part) -> bool:
    """Whether the part is typed data: by its type, or else by its name."""
    return part.media_type == JSON or part.name not in signature.blobs


def is_wanted(signature: Signature, part: Part) -> bool:
    """Whether the operation has a use for the part."""
    known = ("data", signature.part, *signature.keys, *signature.blobs)
    return part.media_type == JSON or part.name in known


def _file(kind: type[File], part: Part, limits: Settings) -> File:
    guess = mimetypes.guess_type(part.file_name)[0]
    media_type = part.media_type
    if media_type in ("", UNKNOWN):
        media_type = guess or UNKNOWN
    if not kind.accepts(media_type):
        accepted = ", ".join(kind.media_types)
        message = f"{media_type} is not accepted; send {accepted}"
        raise WrongMediaType.of(part.name, message)
    pixels = int(limits.max_megapixels * 1_000_000)
    return kind(part.path, media_type, part.file_name, part.name, pixels)


def _typed(
    signature: Signature, parts: tuple[Part, ...], limits: Settings
) -> dict[str, object]:
    joined: dict[str, object] = {}
    for part in parts:
        if is_json(signature, part):
            joined |= _joining(signature, part, _parsed(part, limits))
    inner = joined.get(signature.part)
    if signature.part not in signature.keys and isinstance(inner, dict):
        joined |= inner
    try:
        values = signature.typed.validate_python(joined)
    except ValidationError as fault:
        raise BadInput(*map(_fault, fault.errors())) from None
    return {name: getattr(values, name) for name in signature.names}


def _joining(signature: Signature, part: Part, value: Any) -> dict[str, object]:
    """The keys that a part adds; not sent as JSON, it may be the value of one."""
    is_value = part.media_type != JSON and part.name in signature.keys
    if isinstance(value, dict) and not (is_value and part.name not in value):
        return value
    return {part.name: value}


def _parsed(part: Part, limits: Settings) -> Any:
    if part.path.stat().st_size > limits.max_json_mb * 1_000_000:
        raise BadInput.of(part.name, f"more than {limits.max_json_mb:g} MB of JSON")
    text = part.path.read_bytes()
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as fault:
        if part.media_type == JSON or part.name == "data":
            raise BadInput.of(part.name, f"not JSON: {fault}") from None
        return text.decode(errors="replace")  # a plain form field


def _fault(error: Any) -> Fault:
    return Fault(".".join(map(str, error["loc"])) or "data", error["msg"])


def save(value: object, folder: Path) -> Result:
    """Put a result on disk: files by themselves, all the rest as one JSON object."""
    output = _as_fields(value)
    files = {key: file for key, file in output.items() if isinstance(file, File)}
    typed = {key: rest for key, rest in output.items() if key not in files}
    path = folder / "result.json"
    path.write_bytes(to_json(typed, by_alias=True, fallback=_plain))
    parts = []
    for number, (key, file) in enumerate(files.items()):
        place = folder / f"result{number}"
        if isinstance(file.content, bytes):
            place.write_bytes(file.content)
        else:
            place = file.content
        named = File(b"", file.media_type, file.name, key).download_name
        parts.append(Part(key, place, file.media_type, named))
    return Result(path, tuple(parts))


def _as_fields(value: object) -> dict[str, object]:
    match value:
        case None:
            return {}
        case Mapping():
            return {str(key): one for key, one in value.items()}
        case BaseModel():
            return value.model_dump(mode="json", by_alias=True)
        case _ if isinstance(value, File) or not is_dataclass(value):
            return {"result": value}
        case _:
            return {one.name: getattr(value, one.name) for one in fields(value)}


def _plain(value: object) -> object:
    """Numbers and arrays of numpy become plain ones; nothing else is guessed."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"a {type(value).__name__} cannot be written as JSON")
