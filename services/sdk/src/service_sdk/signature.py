"""What a function's signature says: its files, its typed values, its result."""

import inspect
import types
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, make_dataclass
from functools import lru_cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import ConfigDict, TypeAdapter

from service_sdk.errors import BadSignature
from service_sdk.examples import example_of
from service_sdk.fields import File
from service_sdk.progress import Progress
from service_sdk.protocol import ANY_TYPE, DATA_PART, JSON

SCHEMA_REFERENCE = "#/components/schemas/{model}"
"""Where the OpenAPI document of the service keeps the models."""


@dataclass(frozen=True)
class BlobField:
    """A parameter that is a file."""

    kind: type[File]
    required: bool


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A function as its callers see it."""

    function: Callable[..., object]

    blobs: Mapping[str, BlobField]

    typed: TypeAdapter[Any]
    """Validates the typed parameters: an object with one attribute for each."""

    names: tuple[str, ...]
    """The typed parameters as Python names them."""

    keys: tuple[str, ...]
    """The typed parameters as JSON names them."""

    schema: dict[str, Any]
    """JSON schema of the typed parameters."""

    part: str
    """The documented name of the JSON part."""

    result_types: list[str]

    progress: str | None = None
    """The parameter that tells how far the work is."""

    def body(self, example: Mapping[str, object] | None) -> object:
        """`body` of the announcement: an example, or names of multipart fields."""
        if example:
            return example
        if not self.blobs:
            return example_of(self.schema, self.schema)

        names = list(self.blobs)
        if self.keys:
            names.append(self.part)
        return names if len(names) > 1 else names[0]

    def body_type(self) -> list[list[str]]:
        """The accepted media types, in the order of `body`."""
        accepted = [
            list(blob.kind.media_types) or [ANY_TYPE] for blob in self.blobs.values()
        ]
        if self.keys:
            accepted.append([JSON])
        return accepted


# A worker process gets the function, not its signature, and would otherwise read
# the same signature again for each piece of work.
@lru_cache
def read_signature(function: Callable[..., object], part: str | None) -> Signature:
    """Read it; `part` names the JSON part if the only key or "data" does not fit."""
    hints = get_type_hints(function, include_extras=True)
    blobs: dict[str, BlobField] = {}
    typed: list[tuple[str, Any, Any]] = []
    progress = None

    for name, parameter in inspect.signature(function).parameters.items():
        _check(function, parameter, hints)
        file_type = _file_type(hints[name])
        if hints[name] is Progress:
            progress = name
        elif file_type:
            is_required = parameter.default is parameter.empty
            blobs[name] = BlobField(file_type, is_required)
        else:
            typed.append((name, hints[name], _default(parameter)))

    adapter = _adapter(function.__name__, typed)
    schema = adapter.json_schema(by_alias=True, ref_template=SCHEMA_REFERENCE)
    keys = tuple(schema.get("properties", {}))
    only_key = keys[0] if len(keys) == 1 else DATA_PART
    result_types = set(_media_types(hints.get("return", Any)))

    return Signature(
        function=function,
        blobs=blobs,
        typed=adapter,
        names=tuple(name for name, _, _ in typed),
        keys=keys,
        schema=schema,
        part=part or only_key,
        result_types=sorted(result_types) or [JSON],
        progress=progress,
    )


def _check(
    function: Callable[..., object],
    parameter: inspect.Parameter,
    hints: Mapping[str, Any],
) -> None:
    """Raise `BadSignature` if the engine cannot be told of the parameter."""
    name = parameter.name
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        raise BadSignature(
            f"{function.__name__}: *{name} cannot be announced; "
            "give each parameter a name of its own"
        )
    if name not in hints:
        raise BadSignature(f"{function.__name__}: {name} has no type; add one")


def _adapter(name: str, typed: list[tuple[str, Any, Any]]) -> TypeAdapter[Any]:
    """Validates all typed parameters at once, so that every fault is found."""
    config = ConfigDict(populate_by_name=True, arbitrary_types_allowed=True)
    parameters = make_dataclass(
        name, typed, kw_only=True, namespace={"__pydantic_config__": config}
    )
    return TypeAdapter(parameters)


def _default(parameter: inspect.Parameter) -> Any:
    default = parameter.default
    if default is parameter.empty:
        return field()

    # A default that can change, such as a list: each call gets a copy of its own.
    if default.__hash__ is None:
        return field(default_factory=lambda: copy(default))

    return field(default=default)


def _file_type(annotation: Any) -> type[File] | None:
    """The File class of `Image`, `Image | None` or `Annotated[Image, …]`."""
    if get_origin(annotation) is Annotated:
        return _file_type(get_args(annotation)[0])

    if get_origin(annotation) in (Union, types.UnionType):
        found = [_file_type(choice) for choice in get_args(annotation)]
        return next(filter(None, found), None)

    is_file = isinstance(annotation, type) and issubclass(annotation, File)
    return annotation if is_file else None


def _media_types(annotation: Any) -> Iterator[str]:
    """The media types of all files in the annotation of a result."""
    for component in _components(annotation):
        if isinstance(component, type) and issubclass(component, File):
            yield from component.media_types or [ANY_TYPE]


def _components(annotation: Any) -> Iterator[Any]:
    """The annotation and all types that it is made of."""
    yield annotation
    for argument in get_args(annotation):
        yield from _components(argument)
