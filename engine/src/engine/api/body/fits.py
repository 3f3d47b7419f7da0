"""Whether what a request brought fits what its route takes."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from engine.api.body.shape import unlike
from engine.api.limits import MAX_FAULTS
from engine.domain.errors import Fault, InvalidInput, UnsupportedMedia
from engine.domain.gate import Admitted, admit
from engine.domain.media_types import JSON, accepts
from engine.domain.pipeline import Api
from engine.domain.protocol import TYPED_DATA_PART
from engine.domain.suggestions import REQUEST_STEPS, Suggestions, listed
from engine.domain.values import Blob, Json

THREAD_FROM_BYTES = 256 * 1024
"""JSON of this size and more is parsed and checked in a thread, since the event loop
can answer nothing else meanwhile. For less a thread costs more time than it gives."""
MEDIA_TYPE = "media-type"
"""The code of the fault that makes the answer a 415."""
GIVEN_TWICE = "given-twice"
"""The code of the fault of a name that has two values."""


@dataclass(slots=True, kw_only=True)
class Received:
    """What a body brought."""

    typed: dict[str, Json] = field(default_factory=dict)
    """The typed data: the keys of all JSON parts together."""
    blobs: dict[str, Blob] = field(default_factory=dict)
    """Binaries, by the name of their part."""
    json_parts: set[str] = field(default_factory=set)
    """The names of the parts with typed data; their keys may bear other names."""
    refused: dict[str, Fault] = field(default_factory=dict)
    """Why a part or a key was not taken, by its name."""
    json_bytes: int = 0
    """Of all typed data, as it came."""

    @property
    def faults(self) -> Iterator[Fault]:
        """What is wrong with it, whatever it is for."""
        yield from self.refused.values()
        for name in self.blobs.keys() & self.typed.keys():
            yield Fault(
                code=GIVEN_TWICE,
                message="is given twice: as a file and as data",
                hint="send it once",
                field=name,
            )

    def data(self) -> Admitted:
        """Typed data and references of blobs as one object; raises `ReservedKey`."""
        return admit(self.typed, self.blobs)


def refuse_part(api: Api, name: str, media_type: str) -> Fault | None:
    """Why a part is not wanted, before its content is read; None: it is."""
    # Also where a file has this name: the media type tells the two apart.
    if name == TYPED_DATA_PART and media_type == JSON:
        return None
    if name in api.fields:
        return _refuse_type(api, name, media_type)

    # A body has a hundred parts at most, and each may have a name that is not known.
    suggestions = Suggestions(REQUEST_STEPS // 100)

    taken = listed(api.fields) or "a JSON body, no parts"
    return Fault(
        code="unknown-part",
        message="there is no such part",
        hint=suggestions.hint(name, api.fields) or f"the route takes {taken}",
        field=name,
    )


def _refuse_type(api: Api, name: str, media_type: str) -> Fault | None:
    accepted = api.types_of(name)
    if accepts(accepted, media_type):
        return None
    return _wrong_media_type(name, media_type, accepted)


def refuse_text(api: Api, name: str) -> Fault | None:
    """Why a plain form field, without file name or media type, is not wanted.

    Where a field takes JSON it is a text among the typed data. Elsewhere a file is
    meant, and `-F name=path` was written in place of `-F name=@path`.
    """
    if name not in api.fields:
        return refuse_part(api, name, "text/plain")
    if _takes_json(api, name):
        return None

    return Fault(
        code="not-a-file",
        message="was sent as plain text, but must be a file",
        hint=f"curl -F '{name}=@path'; typed data: -F '{name}={{…}};type={JSON}'",
        field=name,
    )


async def checked_input(api: Api, received: Received) -> Admitted:
    """What `check_input` gives; of large data in a thread, as it is parsed."""
    if received.json_bytes < THREAD_FROM_BYTES:
        return check_input(api, received)
    return await asyncio.to_thread(check_input, api, received)


def check_input(api: Api, received: Received) -> Admitted:
    """The data of the task; raises `InvalidInput`, `UnsupportedMedia` with all faults.

    A field is there if there is a part of its name, or a key of its name in the typed
    data, or, where the field takes JSON, the part `data`.
    """
    faults = list(islice(_faults(api, received), MAX_FAULTS))
    if any(fault.code == MEDIA_TYPE for fault in faults):
        raise UnsupportedMedia(faults)
    if faults:
        raise InvalidInput(faults)
    return received.data()


def _faults(api: Api, received: Received) -> Iterator[Fault]:
    yield from received.faults
    if not api.fields:
        yield from unlike(api.body, received.typed)
        return

    for name in api.fields:
        fault = _fault_of_field(api, name, received)
        if fault:
            yield fault


def _fault_of_field(api: Api, name: str, received: Received) -> Fault | None:
    if name in received.refused or name in received.blobs:
        return None

    is_given_as_json = name in received.typed or name in received.json_parts
    if is_given_as_json:
        return _refuse_type(api, name, JSON)

    # In the part `data` the keys of a typed field may bear other names than the field,
    # so it is not known to be missing.
    if _takes_json(api, name) and TYPED_DATA_PART in received.json_parts:
        return None
    return _missing_part(api, name)


def _takes_json(api: Api, name: str) -> bool:
    """Whether JSON is among the types that a field lists; no list is no answer."""
    return JSON in api.types_of(name)


def _wrong_media_type(name: str, media_type: str, accepted: tuple[str, ...]) -> Fault:
    wanted = listed(accepted)
    return Fault(
        code=MEDIA_TYPE,
        message=f"was sent as {media_type}, but the route accepts {wanted}",
        hint=f"send one of {wanted}",
        field=name,
    )


def _missing_part(api: Api, name: str) -> Fault:
    if _takes_json(api, name):
        example = f"'{name}={{…}};type={JSON}'"
    else:
        example = f"'{name}=@path'"
    return Fault(
        code="missing-part",
        message="the part is missing",
        hint=f"curl -F {example}",
        field=name,
    )
