"""Makes the arguments of an operation out of the parts of a request."""

import mimetypes
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from body_parts.lists import in_order
from body_parts.media_types import real_type

from service_sdk.errors import BadInput, Fault, WrongMediaType
from service_sdk.fields import File
from service_sdk.file_parameters import BlobField, field_of
from service_sdk.json_text import NotJson, read_json
from service_sdk.protocol import DATA_PART, JSON, UNKNOWN_TYPE
from service_sdk.receiving import Part
from service_sdk.settings import MEGA, Settings
from service_sdk.signature import Signature
from service_sdk.typed_data import unknown

GIVEN_TWICE = "is given twice; send it once"


def bind(
    signature: Signature, parts: tuple[Part, ...], limits: Settings
) -> dict[str, object]:
    """The function's arguments, or all faults of the input at once."""
    kept = [part for part in parts if part.is_kept]
    typed, files = _sorted(signature, kept)
    faults: list[Fault] = []
    arguments: dict[str, object] = {}
    values: dict[str, object] = {}

    try:
        values = _joined(signature, typed, limits)
        of_files = values.keys() & signature.blobs
        others = {key: values[key] for key in values if key not in of_files}
        arguments |= signature.typed.read(others, also_known=signature.blobs)
    except BadInput as error:
        faults += error.faults

    for name, blob in signature.blobs.items():
        try:
            arguments |= _argument(name, blob, files[name], values, limits)
        except WrongMediaType:
            # Told alone: it has an HTTP status of its own.
            raise
        except BadInput as error:
            faults += error.faults

    faults += _unknown_parts(signature, parts)
    if faults:
        raise BadInput(*faults)
    return arguments


def _unknown_parts(signature: Signature, parts: Iterable[Part]) -> Iterator[Fault]:
    known = (*signature.blobs, *signature.keys)
    for part in parts:
        if not part.is_kept:
            yield Fault(part.name, unknown(part.name, known))


def _sorted(
    signature: Signature, parts: Iterable[Part]
) -> tuple[list[Part], dict[str, list[Part]]]:
    """The parts with typed data, and the files of each parameter."""
    typed: list[Part] = []
    files: dict[str, list[Part]] = defaultdict(list)

    for part in parts:
        field = field_of(part.name, signature.blobs)
        if field and not is_json(signature, part):
            files[field].append(part)
        else:
            typed.append(part)
    return typed, files


def is_json(signature: Signature, part: Part) -> bool:
    """Whether the part is typed data: by its media type, or else by its name."""
    return part.media_type == JSON or not field_of(part.name, signature.blobs)


def is_wanted(signature: Signature, part: Part) -> bool:
    """Whether the operation uses the part. Any part of type JSON can hold its keys."""
    known = (DATA_PART, signature.part, *signature.keys)
    return not is_json(signature, part) or part.media_type == JSON or part.name in known


def _argument(
    name: str,
    blob: BlobField,
    parts: list[Part],
    values: Mapping[str, object],
    limits: Settings,
) -> dict[str, object]:
    """The file, or the list of files, that goes to the parameter; empty: nothing."""
    if parts and name in values:
        raise BadInput.of(name, GIVEN_TWICE)

    if parts and blob.many:
        ordered = in_order(name, [(part.name, part) for part in parts])
        files = [_file(blob.kind, part, limits) for part in ordered]
        return {name: blob.checked(name, files)}

    if parts:
        if len(parts) > 1:
            raise BadInput.of(name, GIVEN_TWICE)
        return {name: blob.checked(name, _file(blob.kind, parts[0], limits))}

    if name in values:
        return {name: _without_file(name, blob, values[name])}
    if blob.required:
        what = "files" if blob.many else "a file"
        raise BadInput.of(name, f"missing; send {what} under this name")
    return {}


def _without_file(name: str, blob: BlobField, value: object) -> object:
    """What JSON may say of a file: that there is none."""
    if value is None and blob.nullable:
        return None
    if value == [] and blob.many:
        return blob.checked(name, [])
    raise BadInput.of(
        name, "must be a file, sent as a part of multipart/form-data; JSON holds none"
    )


def _file(kind: type[File], part: Part, limits: Settings) -> File:
    media_type = part.media_type
    if media_type in ("", UNKNOWN_TYPE):
        guess = mimetypes.guess_type(part.file_name)[0]
        media_type = guess or UNKNOWN_TYPE
    media_type = real_type(media_type)

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
        charset=part.charset,
    )


def _joined(
    signature: Signature, parts: Iterable[Part], limits: Settings
) -> dict[str, object]:
    """The keys of all JSON parts together."""
    joined: dict[str, object] = {}
    for part in parts:
        _join(joined, _keys_of(signature, part, _parsed(part, limits)))

    # JSON may also hold the object that is documented as the part: a caller sends
    # {"settings": {"width": 64}} where another sends {"width": 64}.
    inner = joined.get(signature.part)
    if signature.part not in signature.keys and isinstance(inner, dict):
        del joined[signature.part]
        _join(joined, inner)
    return joined


def _join(joined: dict[str, object], more: Mapping[str, object]) -> None:
    twice = joined.keys() & more.keys()
    if twice:
        raise BadInput(*(Fault(key, GIVEN_TWICE) for key in sorted(twice)))
    joined.update(more)


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
        return read_json(text)
    except NotJson as error:
        if part.media_type == JSON or part.name == DATA_PART:
            raise BadInput.of(part.name, f"not JSON: {error}") from None

        # A plain field of an HTML form.
        return text.decode(errors="replace")
