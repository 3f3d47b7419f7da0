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
from service_sdk.fields import File
from service_sdk.progress import Progress

JSON = "application/json"
REFS = "#/components/schemas/{model}"


@dataclass(frozen=True)
class BlobField:
    """A parameter that is a file."""

    kind: type[File]
    required: bool


@dataclass(frozen=True)
class Signature:
    """A function as the outside sees it."""

    function: Callable[..., object]
    blobs: Mapping[str, BlobField]
    typed: TypeAdapter[Any]  # makes an object with one attribute a parameter
    names: tuple[str, ...]  # of the typed parameters, in Python
    keys: tuple[str, ...]  # of the typed parameters, in JSON
    schema: dict[str, Any]  # JSON schema of the typed parameters
    part: str  # documented name of the JSON part
    result_types: list[str]
    progress: str | None = None  # the parameter that tells how far the work is

    def body(self, example: Mapping[str, object] | None) -> object:
        """`body` of the announcement: an example, or names of multipart fields."""
        if example or not self.blobs:
            return example or example_of(self.schema, self.schema)
        names = [*self.blobs, *([self.part] if self.keys else [])]
        return names if len(names) > 1 else names[0]

    def body_type(self) -> list[list[str]]:
        """The accepted media types, parallel to `body`."""
        files = [list(b.kind.media_types) or ["*/*"] for b in self.blobs.values()]
        return [*files, *([[JSON]] if self.keys else [])]


@lru_cache
def read_signature(function: Callable[..., object], part: str | None) -> Signature:
    """Read it once; `part` names the JSON part if one key's name does not do."""
    hints = get_type_hints(function, include_extras=True)
    blobs: dict[str, BlobField] = {}
    typed: list[tuple[str, Any, Any]] = []
    progress = None
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise BadSignature(f"{function.__name__}: *{name} cannot be announced")
        if name not in hints:
            raise BadSignature(f"{function.__name__}: {name} has no type")
        if hints[name] is Progress:
            progress = name
        elif kind := _file_type(hints[name]):
            blobs[name] = BlobField(kind, parameter.default is parameter.empty)
        else:
            typed.append((name, hints[name], _default(parameter)))
    adapter = _adapter(function.__name__, typed)
    schema = adapter.json_schema(by_alias=True, ref_template=REFS)
    keys = tuple(schema.get("properties", {}))
    return Signature(
        function=function,
        blobs=blobs,
        typed=adapter,
        names=tuple(name for name, _, _ in typed),
        keys=keys,
        schema=schema,
        part=part or (keys[0] if len(keys) == 1 else "data"),
        result_types=sorted(set(_media_types(hints.get("return", Any)))) or [JSON],
        progress=progress,
    )


def _adapter(name: str, typed: list[tuple[str, Any, Any]]) -> TypeAdapter[Any]:
    config = ConfigDict(populate_by_name=True, arbitrary_types_allowed=True)
    kind = make_dataclass(
        name, typed, kw_only=True, namespace={"__pydantic_config__": config}
    )
    return TypeAdapter(kind)


def _default(parameter: inspect.Parameter) -> Any:
    if parameter.default is parameter.empty:
        return field()
    if parameter.default.__hash__ is None:  # a list, say: each call gets its own
        return field(default_factory=lambda: copy(parameter.default))
    return field(default=parameter.default)


def _parts(annotation: Any) -> Iterator[Any]:
    """The annotation and all that it is made of."""
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


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
    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, File):
            yield from part.media_types or ["*/*"]


def example_of(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    """A small value of that JSON schema.

    >>> name, age = {"type": "string"}, {"type": "integer", "default": 31}
    >>> example_of({"properties": {"name": name, "age": age}}, {})
    {'name': 'text', 'age': 31}
    """
    match schema:
        case {"examples": [first, *_]}:
            return first
        case {"default": value}:  # null means to the engine: anything
            return value
        case {"$ref": str(reference)}:
            return example_of(root["$defs"][reference.rpartition("/")[2]], root)
        case {"anyOf": [choice, *_]} | {"enum": [choice, *_]}:
            return example_of(choice, root) if isinstance(choice, dict) else choice
        case {"properties": properties}:
            return {key: example_of(value, root) for key, value in properties.items()}
        case {"prefixItems": items}:
            return [example_of(item, root) for item in items]
        case {"items": item}:
            return [example_of(item, root)]
        case _:
            return _PLAIN.get(schema.get("type", ""))


_PLAIN: dict[str, object] = {
    "string": "text",
    "integer": 1,
    "number": 0.5,
    "boolean": True,
    "array": [],
    "object": {},
}
