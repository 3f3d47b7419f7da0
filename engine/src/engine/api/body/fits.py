"""Whether what a request brought fits what its route takes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.domain.errors import Fault, InvalidInput, UnsupportedMedia
from engine.domain.media_types import JSON, accepts
from engine.domain.pipeline import Api, suggestion
from engine.domain.values import Blob, Json

DATA = "data"
"""The part in which engines send typed data of any field."""
MOST_FAULTS = 100
_MEDIA = "media-type"
_WORDS = {
    bool: "true or false",
    int: "an integer",
    float: "a number",
    str: "a string",
    dict: "an object",
    list: "a list",
    type(None): "null",
}


@dataclass(slots=True)
class Received:
    """What a body brought: typed data, blobs by part, what was refused on the way."""

    typed: dict[str, Json] = field(default_factory=dict)
    blobs: dict[str, Blob] = field(default_factory=dict)
    json_parts: set[str] = field(default_factory=set)
    refused: dict[str, Fault] = field(default_factory=dict)

    def data(self) -> dict[str, Json]:
        """Typed data and references of blobs as one object."""
        return self.typed | {k: blob.to_json() for k, blob in self.blobs.items()}


def refuse_part(api: Api, name: str, type: str) -> Fault | None:
    """Why a part is not wanted, before its content is read; None: it is."""
    if name in api.fields:
        if accepts(api.types_of(name), type):
            return None
        wanted = ", ".join(api.types_of(name))
        message = f"was sent as {type}, but the route accepts {wanted}"
        return Fault(_MEDIA, message, f"send one of {wanted}", field=name)
    if name == DATA and type == JSON:
        return None
    takes = ", ".join(api.fields) or "a JSON body, no parts"
    hint = suggestion(name, api.fields) or f"the route takes {takes}"
    return Fault("unknown-part", "there is no such part", hint, field=name)


def refuse_text(api: Api, name: str) -> Fault | None:
    """Why a plain form field, without file name or type, is not wanted.

    Where JSON is accepted by name it is a typed string; elsewhere a forgotten `@`.
    """
    if name not in api.fields:
        return refuse_part(api, name, "text/plain")
    if _is_typed(api, name):
        return None
    message = "was sent as plain text, but is a file"
    hint = f"curl -F '{name}=@path'; typed data: -F '{name}={{…}};type={JSON}'"
    return Fault("not-a-file", message, hint, field=name)


def check_input(api: Api, received: Received) -> dict[str, Json]:
    """The data of the task; raises `InvalidInput`, `UnsupportedMedia` with all faults.

    A field is there if there is a part of its name, a key of its name in the typed
    data, or, where it takes JSON by name, the part `data`.
    """
    data = received.data()
    found = _field_faults(api, received) if api.fields else _shape_faults(api, received)
    faults: list[Fault] = []
    for fault in found:
        faults.append(fault)
        if len(faults) == MOST_FAULTS:
            break
    if any(fault.code == _MEDIA for fault in faults):
        raise UnsupportedMedia(faults)
    if faults:
        raise InvalidInput(faults)
    return data


def _field_faults(api: Api, received: Received) -> Iterator[Fault]:
    yield from received.refused.values()
    for name in received.blobs.keys() & received.typed.keys():
        yield Fault("given-twice", "is given twice: as a file and as data", field=name)
    for name in api.fields:
        if name in received.refused or name in received.blobs:
            continue
        by_name = name in received.typed or name in received.json_parts
        if by_name and not accepts(api.types_of(name), JSON):
            if fault := refuse_part(api, name, JSON):
                yield fault
        elif not by_name and not (_is_typed(api, name) and DATA in received.json_parts):
            yield _missing_part(api, name)


def _is_typed(api: Api, name: str) -> bool:
    """Whether a field takes JSON by name; its keys may bear other names than it."""
    return JSON in api.types_of(name)


def _missing_part(api: Api, name: str) -> Fault:
    typed = _is_typed(api, name)
    example = f"'{name}={{…}};type={JSON}'" if typed else f"'{name}=@path'"
    message = "the part is missing"
    return Fault("missing-part", message, f"curl -F {example}", field=name)


def _shape_faults(api: Api, received: Received) -> Iterator[Fault]:
    yield from received.refused.values()
    yield from _unlike(api.body, received.typed, "")


def _unlike(example: Json, value: Json, place: str) -> Iterator[Fault]:
    """What in value is not of the example's shape."""
    if example is None:
        return
    if not _same_kind(example, value):
        wanted, found = _WORDS[type(example)], _WORDS[type(value)]
        message = f"is {found}, but must be {wanted}"
        yield Fault(
            "wrong-type", message, f"for example {_short(example)}", field=place
        )
    elif isinstance(example, Mapping):
        yield from _unlike_object(example, value, place)
    elif isinstance(example, list | tuple) and example:
        for index, item in enumerate(value):
            yield from _unlike(example[0], item, f"{place}.{index}".lstrip("."))


def _same_kind(example: Json, value: Json) -> bool:
    if isinstance(example, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(example, list | tuple):
        return isinstance(value, list)
    return type(value) is type(example)


def _unlike_object(
    example: Mapping[str, Json], value: Mapping[str, Json], place: str
) -> Iterator[Fault]:
    if not example:
        return  # an empty example says nothing of its keys; null, nothing of its key
    for key, wanted in example.items():
        path = f"{place}.{key}".lstrip(".")
        if key in value:
            yield from _unlike(wanted, value[key], path)
        elif wanted is not None:
            hint = f"for example {_short(wanted)}"
            yield Fault("missing-key", "is missing", hint, field=path)
    for key in value.keys() - example.keys():
        path = f"{place}.{key}".lstrip(".")
        hint = suggestion(key, example) or f"known are {', '.join(example)}"
        yield Fault("unknown-key", "is not expected here", hint, field=path)


def _short(example: Json) -> str:
    text = repr(example)
    return text if len(text) <= 60 else text[:59] + "…"
