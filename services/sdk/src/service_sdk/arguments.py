"""Makes the arguments of an operation out of the parts of a request."""

import mimetypes
from typing import Any

import orjson
from pydantic import ValidationError

from service_sdk.errors import BadInput, Fault, WrongMediaType
from service_sdk.fields import File
from service_sdk.protocol import DATA_PART, JSON, UNKNOWN_TYPE
from service_sdk.receiving import Part
from service_sdk.settings import MEGA, Settings
from service_sdk.signature import Signature


def bind(
    signature: Signature, parts: tuple[Part, ...], limits: Settings
) -> dict[str, object]:
    """The function's arguments, or all faults of the input at once."""
    faults: list[Fault] = []
    files = {part.name: part for part in parts if not is_json(signature, part)}

    try:
        arguments = _typed(signature, parts, limits)
    except BadInput as error:
        arguments = {}
        faults += error.faults

    for name, blob in signature.blobs.items():
        if name in files:
            arguments[name] = _file(blob.kind, files[name], limits)
        elif blob.required:
            faults.append(Fault(name, "missing; send a file under this name"))

    if faults:
        raise BadInput(*faults)
    return arguments


def is_json(signature: Signature, part: Part) -> bool:
    """Whether the part is typed data: by its media type, or else by its name."""
    return part.media_type == JSON or part.name not in signature.blobs


def is_wanted(signature: Signature, part: Part) -> bool:
    """Whether the operation uses the part. Any part of type JSON can hold its keys."""
    known = (DATA_PART, signature.part, *signature.keys, *signature.blobs)
    return part.media_type == JSON or part.name in known


def _file(kind: type[File], part: Part, limits: Settings) -> File:
    media_type = part.media_type
    if media_type in ("", UNKNOWN_TYPE):
        guess = mimetypes.guess_type(part.file_name)[0]
        media_type = guess or UNKNOWN_TYPE

    if not kind.accepts(media_type):
        accepted = ", ".join(kind.media_types)
        message = f"{media_type} is not accepted; send {accepted}"
        raise WrongMediaType.of(part.name, message)

    return kind(
        content=part.path,
        media_type=media_type,
        name=part.file_name,
        field=part.name,
        max_pixels=limits.max_pixels,
    )


def _typed(
    signature: Signature, parts: tuple[Part, ...], limits: Settings
) -> dict[str, object]:
    """The typed arguments, from the keys of all JSON parts together."""
    joined: dict[str, object] = {}
    for part in parts:
        if is_json(signature, part):
            joined |= _keys_of(signature, part, _parsed(part, limits))

    # JSON may also hold the object that is documented as the part: a caller sends
    # {"settings": {"width": 64}} where another sends {"width": 64}.
    inner = joined.get(signature.part)
    if signature.part not in signature.keys and isinstance(inner, dict):
        joined |= inner

    try:
        values = signature.typed.validate_python(joined)
    except ValidationError as error:
        raise BadInput(*map(_fault, error.errors())) from None

    return {name: getattr(values, name) for name in signature.names}


def _keys_of(signature: Signature, part: Part, value: Any) -> dict[str, object]:
    """The keys that a part adds; one that is not sent as JSON may be one value."""
    is_value = part.media_type != JSON and part.name in signature.keys

    # A form field "person" may hold the person, or an object with a key "person".
    holds_keys = isinstance(value, dict) and not (is_value and part.name not in value)
    return value if holds_keys else {part.name: value}


def _parsed(part: Part, limits: Settings) -> Any:
    # Parsed JSON takes many times its size in memory, so it has a limit of its own.
    if part.path.stat().st_size > limits.max_json_mb * MEGA:
        raise BadInput.of(part.name, f"more than {limits.max_json_mb:g} MB of JSON")

    text = part.path.read_bytes()
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if part.media_type == JSON or part.name == DATA_PART:
            raise BadInput.of(part.name, f"not JSON: {error}") from None

        # A plain field of an HTML form.
        return text.decode(errors="replace")


def _fault(error: Any) -> Fault:
    field = ".".join(map(str, error["loc"]))
    return Fault(field or DATA_PART, error["msg"])
