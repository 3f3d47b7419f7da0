"""Compares what an operation returned with what was announced."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from body_parts.media_types import real_type
from jsonschema_rs import Draft202012Validator, ValidationError

from service_sdk.json_schemas import Schema
from service_sdk.output_schema import choices_of, subschemas_of
from service_sdk.protocol import ANY_TYPE, UNKNOWN_TYPE

FILE_MARK = "$blob"
"""Stands for a file in what is compared: no data has this key."""

MAX_KEY_CHARACTERS = 40
MAX_MESSAGE_CHARACTERS = 200

KINDS: Mapping[type, str] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    type(None): "null",
}
NAMES_OF_TYPES = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


class Difference(ValueError):
    """A value of a result that differs from what was announced."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place, reason)
        self.place = place
        self.reason = reason


class _IsFile:
    """What is checked where a file is announced."""

    def __init__(self, *_: object) -> None:
        """It has nothing that can be chosen."""

    def validate(self, value: object) -> None:
        """Raise `ValueError` if it does not stand for a file."""
        if not isinstance(value, dict) or FILE_MARK not in value:
            raise ValueError("is no file")


class ResultCheck:
    """Knows the `outputSchema` of an operation; None: it promises nothing."""

    def __init__(self, schema: Schema | None) -> None:
        self._schema = schema or {}
        self._validator = Draft202012Validator(
            _with_marks(self._schema), keywords={FILE_MARK: _IsFile}
        )

    def check(self, typed: Mapping[str, object], files: Mapping[str, str]) -> None:
        """Raise `Difference` if a result is not what was announced.

        `files` are their media types by key.
        """
        marks = {key: {FILE_MARK: kind} for key, kind in files.items()}
        for error in self._validator.iter_errors({**typed, **marks}):
            raise _fault(error)

        for key, kind in files.items():
            accepted = list(self._types_under(key))
            if accepted and not any(_includes(one, kind) for one in accepted):
                wanted = " or ".join(accepted)
                raise Difference(key, f"has the media type {kind}, and not {wanted}")

    def _types_under(self, key: str) -> Iterator[str]:
        """The media types that a file under this key can have."""
        for form in choices_of(self._schema, self._schema.get("$defs", {})):
            for schema in _files_under(form, key):
                yield schema.get("contentMediaType", ANY_TYPE)


def _with_marks(schema: Any) -> Any:
    """The schema of a result in which a mark stands for each file."""
    if isinstance(schema, list):
        return [_with_marks(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "binary":
        return {FILE_MARK: True}
    return {key: _with_marks(value) for key, value in schema.items()}


def _files_under(form: Schema, key: str) -> Iterator[Schema]:
    """The schemas of files that an object has under the key."""
    found = [form.get("properties", {}).get(key)]
    for pattern, schema in form.get("patternProperties", {}).items():
        if re.search(pattern, key):
            found.append(schema)
    if not any(found):
        found.append(form.get("additionalProperties"))

    for schema in found:
        if isinstance(schema, dict):
            yield from (
                one for one in subschemas_of(schema) if one.get("format") == "binary"
            )


def _includes(accepted: str, kind: str) -> bool:
    """Whether a media type is one of these; an unknown one always is.

    >>> _includes("image/png, image/*", "image/gif"), _includes("text/css", "text/html")
    (True, False)
    """
    kind = real_type(kind)
    wanted = {real_type(one.strip()) for one in accepted.split(",")}
    family = f"{kind.partition('/')[0]}/*"
    return kind == UNKNOWN_TYPE or not wanted.isdisjoint((kind, family, ANY_TYPE))


def _fault(error: ValidationError) -> Difference:
    """Where a result differs from what was announced, and how."""
    nearest = _nearest(error)
    place = ".".join(map(str, nearest.instance_path))
    return Difference(place or "result", _reason(nearest))


def _nearest(error: ValidationError) -> ValidationError:
    """Of a union, the fault in the form that comes closest: it lies deepest."""
    inner = [_nearest(one) for one in _faults_of_choices(error)]
    return max([error, *inner], key=lambda one: len(one.instance_path))


def _faults_of_choices(error: ValidationError) -> list[ValidationError]:
    branches = getattr(error.kind, "context", ())
    return [one for branch in branches for one in branch]


def _reason(error: ValidationError) -> str:
    told = error.kind.as_dict()
    match error.kind.name:
        case "type" | "anyOf" | "oneOf" | "$blob":
            return f"is {_kind(error.instance)}, and not {_wanted(error)}"
        case "required":
            return f"has no “{told['property']}”"
        case "additionalProperties":
            key = str(told["unexpected"][0])
            return f"has “{key[:MAX_KEY_CHARACTERS]}”, which is not announced"
    return error.message[:MAX_MESSAGE_CHARACTERS]


def _wanted(error: ValidationError) -> str:
    """The types that were announced; of a union, those of all its choices."""
    if error.kind.name == FILE_MARK:
        return "a file"
    if error.kind.name == "type":
        types = error.kind.as_dict()["types"]
        return " or ".join(NAMES_OF_TYPES[one] for one in types)

    faults = _faults_of_choices(error)
    if all(one.kind.name in ("type", FILE_MARK) for one in faults):
        return " or ".join(dict.fromkeys(map(_wanted, faults)))
    return "one of the announced forms"


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "a file" if FILE_MARK in value else "an object"
    return KINDS[type(value)]
