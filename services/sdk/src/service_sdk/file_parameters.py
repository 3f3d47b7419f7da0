"""The parameters of a function that are files, or lists of files."""

import inspect
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Union, get_args, get_origin

from body_parts.lists import name_of_list
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from service_sdk.errors import BadInput, BadSignature
from service_sdk.fields import File
from service_sdk.json_schemas import OWN_REFERENCE, Schema, schema_of

LISTS = (list, Sequence)


@dataclass(frozen=True)
class BlobField:
    """A parameter that is a file, or a list of files."""

    kind: type[File]

    required: bool

    many: bool
    """A list: any number of parts of this name, or of it with a number."""

    nullable: bool
    """Whether `None` may be given."""

    whole: TypeAdapter[Any]
    """Checks what the author says beside the type: how many there may be."""

    description: str

    @property
    def media_types(self) -> tuple[str, ...]:
        """The accepted ones; none: any."""
        return self.kind.media_types

    @cached_property
    def schema(self) -> Schema:
        """JSON schema of the file, or of the list; that it may be null is not told.

        A file is left out by leaving out its part.
        """
        whole = schema_of(self.whole, OWN_REFERENCE)
        words = {"description": self.description} if self.description else {}
        for choice in whole.get("anyOf", ()):
            if choice.get("type") != "null":
                words |= {key: whole[key] for key in whole if key != "anyOf"}
                return {**choice, **words}
        return {**words, **whole}

    def checked(self, name: str, value: object) -> object:
        """The value as the function takes it; raises `BadInput`."""
        try:
            return self.whole.validate_python(value)
        except ValidationError as error:
            reasons = (fault["msg"] for fault in error.errors())
            raise BadInput.of(name, "; ".join(reasons)) from None


def field_of(name: str, blobs: Mapping[str, BlobField]) -> str | None:
    """The parameter that takes the file of a part with this name."""
    return name if name in blobs else list_of(name, blobs)


def list_of(name: str, blobs: Mapping[str, BlobField]) -> str | None:
    """The list that takes a file of this name because of its number."""
    found = name_of_list(name) or ""
    return found if found in blobs and blobs[found].many else None


def file_parameter(
    function: str, parameter: inspect.Parameter, hint: Any, description: str
) -> BlobField | None:
    """The parameter as a file; None if it is typed data.

    Raises `BadSignature` where files stand in a place that no request can fill.
    """
    kinds = {kind for kind in components(hint) if _is_file(kind)}
    if not kinds:
        return None

    place = f"{function}: {parameter.name}"
    bare, nullable = without_none(hint)
    many = _is_list(bare)
    item = _bare(get_args(bare)[0]) if many else bare
    if not _is_file(item):
        raise BadSignature(
            f"{place}: files can be a parameter (Image), one that may be left out "
            "(Image | None = None), or a list (list[Image]), and nothing else; for "
            "several kinds of file make one subclass of File with all media_types"
        )

    _check_kind(place, item)
    _check_words(place, parameter, hint)
    return BlobField(
        kind=item,
        required=parameter.default is parameter.empty,
        many=many,
        nullable=nullable,
        whole=TypeAdapter(hint),
        description=description,
    )


def _is_file(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, File)


def _is_list(annotation: Any) -> bool:
    origin = get_origin(annotation)
    arguments = get_args(annotation)
    if origin is tuple:
        return len(arguments) == 2 and arguments[1] is Ellipsis
    return origin in LISTS


def _bare(annotation: Any) -> Any:
    """The type within `Annotated[…]`."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def without_none(annotation: Any) -> tuple[Any, bool]:
    """The type without `| None`, and whether that was there."""
    bare = _bare(annotation)
    if get_origin(bare) not in (Union, types.UnionType):
        return bare, False

    choices = [choice for choice in get_args(bare) if choice is not type(None)]
    is_optional = len(choices) < len(get_args(bare))
    if len(choices) > 1:
        return bare, is_optional
    inner, _ = without_none(choices[0])
    return inner, is_optional


def components(annotation: Any) -> Iterator[Any]:
    """The annotation and all types that it is made of."""
    yield annotation
    if get_origin(annotation) is Annotated:
        yield from components(get_args(annotation)[0])
        return
    for argument in get_args(annotation):
        yield from components(argument)


def _check_kind(place: str, kind: type[File]) -> None:
    """Raise `BadSignature` if a subclass of File cannot be made of a part."""
    accepted = kind.media_types
    are_names = isinstance(accepted, tuple | list) and all(
        isinstance(one, str) and "/" in one for one in accepted
    )
    if not are_names:
        raise BadSignature(
            f"{place}: {kind.__name__}.media_types must be a tuple of media types, "
            'such as ("image/png",)'
        )

    try:
        inspect.signature(kind).bind(
            content=b"", media_type="", name="", field="", max_pixels=1
        )
    except TypeError as fault:
        raise BadSignature(
            f"{place}: {kind.__name__} cannot be made as a File is: {fault}"
        ) from None


def _check_words(place: str, parameter: inspect.Parameter, hint: Any) -> None:
    """Raise `BadSignature` if a file is to have another name or is given a `Field`."""
    words = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    if isinstance(parameter.default, FieldInfo):
        raise BadSignature(f"{place}: write Annotated[…, Field(…)], not = Field(…)")
    if any(isinstance(word, FieldInfo) and word.alias for word in words):
        raise BadSignature(f"{place}: a file has the name of its parameter, no alias")
