"""Which types a value from JSON can have: those that hold data, and nothing else.

Pydantic describes what it does with a type as a tree, its core schema. The tree is
read here, and not the annotation: it also shows what is inside dataclasses, models,
unions and generic types, under whatever name.
"""

import io
import os
from collections.abc import Iterator, Mapping
from typing import IO, Any

from pydantic import ImportString, TypeAdapter

from service_sdk.fields import File
from service_sdk.progress import Progress

Schema = Mapping[str, Any]

NEVER_FROM_DATA: tuple[type, ...] = (File, Progress, os.PathLike, io.IOBase, IO)
"""A caller who could name one of these in JSON would choose a file of this machine."""

# Functions that open a file, or import a module, that the data names.
_IMPORT_STRING: Any = TypeAdapter(ImportString).core_schema
FORBIDDEN_FUNCTIONS = (open, _IMPORT_STRING["function"]["function"])

ONLY_IN_PYTHON = {
    "is-instance": "a value of it cannot come from JSON",
    "is-subclass": "a class cannot come from JSON",
    "callable": "a function cannot come from JSON",
    "generator": "its items would be checked too late; use list[…]",
    "arguments": "the arguments of a call cannot come from JSON",
    "call": "the arguments of a call cannot come from JSON",
}
"""Kinds of schema that take no JSON, and why."""

NOT_SCHEMAS = frozenset(
    {"config", "context", "default", "expected", "members", "metadata", "serialization"}
)
"""Keys of a schema under which there is other data, of the author's own."""

WITH_FIELDS = ("model", "dataclass", "typed-dict")
"""Kinds of schema of objects; a configuration goes with them."""


def fault_of_type(schema: Schema) -> str | None:
    """Why values of this core schema cannot be typed data; None: they can."""
    for inner in _schemas(schema, json_only=False):
        fault = _forbidden(inner)
        if fault:
            return fault

    for inner in _schemas(schema, json_only=True):
        if inner["type"] in ONLY_IN_PYTHON:
            return f"{_name_of(inner)}: {ONLY_IN_PYTHON[inner['type']]}"
    return None


def _schemas(schema: Any, *, json_only: bool) -> Iterator[Schema]:
    """The schema and all that it is made of; or only what JSON can meet."""
    if isinstance(schema, list | tuple):
        for item in schema:
            yield from _schemas(item, json_only=json_only)
    if not isinstance(schema, dict):
        return

    kind = schema.get("type")
    if isinstance(kind, str):
        yield schema

    for key, value in schema.items():
        is_skipped = json_only and (kind, key) in (
            ("json-or-python", "python_schema"),
            ("lax-or-strict", "strict_schema"),
        )
        if key not in NOT_SCHEMAS and not is_skipped:
            yield from _schemas(value, json_only=json_only)


def _forbidden(schema: Schema) -> str | None:
    for found in _classes_and_functions(schema):
        is_class = isinstance(found, type)
        if is_class and issubclass(found, NEVER_FROM_DATA):
            return (
                f"{found.__name__} cannot be made from data: a caller could name any "
                "file of this machine; take a File, as a parameter of its own or as "
                "list[File]"
            )
        if found in FORBIDDEN_FUNCTIONS:
            return f"{found.__name__} would open or import what a caller names"

    if schema.get("allowed_schemes") == ["file"]:
        return "a file: address names a file of this machine; take a File"
    return None


def _classes_and_functions(schema: Schema) -> Iterator[Any]:
    classes = schema.get("cls", ())
    yield from classes if isinstance(classes, tuple) else (classes,)

    function = schema.get("function")
    yield function["function"] if isinstance(function, Mapping) else function


def _name_of(schema: Schema) -> str:
    name = getattr(schema.get("cls"), "__name__", None)
    return name or str(schema["type"])


def strict_about_data(schema: Any) -> Any:
    """The same schema, which now refuses unknown keys, NaN and infinity.

    A model whose configuration says something else about these keeps that.
    """
    if isinstance(schema, list | tuple):
        return type(schema)(strict_about_data(item) for item in schema)
    if not isinstance(schema, dict):
        return schema

    changed = {
        key: value if key in NOT_SCHEMAS else strict_about_data(value)
        for key, value in schema.items()
    }
    if schema.get("type") in WITH_FIELDS:
        strict = {"extra_fields_behavior": "forbid", "allow_inf_nan": False}
        changed["config"] = strict | dict(schema.get("config") or {})
    return changed
