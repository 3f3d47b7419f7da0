"""Whether what a request brought fits what its route takes."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import ParamSpec, TypeVar

from body_parts.lists import in_order

from engine.api.body.shape import unlike
from engine.api.limits import MAX_FAULTS
from engine.domain.contracts.contract import Contract, Judged
from engine.domain.contracts.faults import MEDIA_TYPE, each_once
from engine.domain.contracts.words import unknown as unknown_key
from engine.domain.entry_api import Api
from engine.domain.errors import Fault, InvalidInput, UnsupportedMedia
from engine.domain.gate import Admitted, admit, named
from engine.domain.media_types import JSON, accepts
from engine.domain.protocol import TYPED_DATA_PART
from engine.domain.suggestions import REQUEST_STEPS, Suggestions, listed
from engine.domain.values import Blob, Json, is_blob
from engine.usecases.call_time import beside
from engine.usecases.judging import Judging

P = ParamSpec("P")
T = TypeVar("T")

THREAD_FROM_BYTES = 256 * 1024
"""JSON of this size and more is parsed and checked in a thread, since the event loop
can answer nothing else meanwhile. For less a thread costs more time than it gives."""
GIVEN_TWICE = "given-twice"
"""The code of the fault of a name that has two values."""


@dataclass(slots=True, kw_only=True)
class Received:
    """What a body brought."""

    typed: dict[str, Json] = field(default_factory=dict)
    """The typed data: the keys of all JSON parts together."""
    blobs: dict[str, Blob] = field(default_factory=dict)
    """Binaries, by the name of their part."""
    lists: dict[str, list[tuple[str, Blob]]] = field(default_factory=dict)
    """Binaries of lists, by the name of the field: each with the name of its part."""
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
        for name in self.files & self.typed.keys():
            yield Fault(
                code=GIVEN_TWICE,
                message="is given twice: as a file and as data",
                hint="send it once",
                field=name,
            )

    @property
    def files(self) -> set[str]:
        """The names under which there are binaries."""
        return self.blobs.keys() | self.lists.keys()

    def stored(self) -> list[Blob]:
        """All binaries that came."""
        in_lists = (blob for found in self.lists.values() for _, blob in found)
        return [*self.blobs.values(), *in_lists]

    def stored_bytes(self) -> int:
        """The size of all binaries that came; most requests have none."""
        if not self.blobs and not self.lists:
            return 0
        return sum(blob.size for blob in self.stored())

    def data(self) -> Admitted:
        """Typed data and references of blobs as one object; raises `ReservedKey`."""
        lists = {name: in_order(name, found) for name, found in self.lists.items()}
        return admit(self.typed, {**self.blobs, **lists})


def refuse_part(api: Api, name: str, media_type: str) -> Fault | None:
    """Why a part is not wanted, before its content is read; None: it is."""
    # Also where a file has this name: the media type tells the two apart.
    if name == TYPED_DATA_PART and media_type == JSON:
        return None
    if media_type == JSON and api.takes_part_of(name):
        return None
    field_name = name if name in api.fields else api.list_field(name)
    if field_name:
        return _refuse_type(api, field_name, media_type)

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
    if api.takes_part_of(name):
        return None
    if name not in api.fields:
        return refuse_part(api, name, "text/plain")
    if _takes_json(api, name):
        return None

    return Fault(
        code="not-a-file",
        message="was sent as plain text, but must be a file",
        hint=f"did you forget the “@”? curl -F '{name}=@path'; "
        f"typed data: -F '{name}={{…}};type={JSON}'",
        field=name,
    )


async def checked_input(api: Api, received: Received, judging: Judging) -> Admitted:
    """What `check_input` gives; nobody else waits, however long it takes."""
    count = received.json_bytes
    where = beside if count >= THREAD_FROM_BYTES else _here
    if api.contract is None:
        return await where(check_input, api, received)

    data = await where(_prepared, api, received)
    judged = await judging.judged(
        api.route, api.contract, data, fills=True, sent_bytes=count
    )
    return await where(_accepted, api, received, judged)


async def _here(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    return function(*args, **kwargs)


def check_input(api: Api, received: Received) -> Admitted:
    """The data of the task; raises `InvalidInput`, `UnsupportedMedia` with all faults.

    A field is there if there is a part of its name, or a key of its name in the typed
    data, or, where the field takes JSON, the part `data`.
    """
    data = _prepared(api, received)
    if api.contract is None:
        return _accepted(api, received, Judged(data, ()))
    return _accepted(api, received, api.contract.judged(data, fills=True))


def _prepared(api: Api, received: Received) -> Admitted:
    """What came, as the contract has it."""
    data = received.data()
    return data if api.contract is None else _joined(api, api.contract, data)


def _accepted(api: Api, received: Received, judged: Judged) -> Admitted:
    faults = list(islice(each_once(_faults(api, received, judged)), MAX_FAULTS))
    if any(fault.code == MEDIA_TYPE for fault in faults):
        raise UnsupportedMedia(faults)
    if faults:
        raise InvalidInput(faults)
    return named(judged.data)


def _joined(api: Api, contract: Contract, data: Admitted) -> Admitted:
    """The data with the keys of an object that is sent under the name of its part."""
    joined = dict(data)
    for name in api.fields:
        inner = data.get(name)
        # A reference of a file is an object too, and stays what it is.
        if name in contract.properties or not isinstance(inner, dict) or is_blob(inner):
            continue
        if inner.keys().isdisjoint(data):
            del joined[name]
            joined |= inner
    return named(joined)


def _faults(api: Api, received: Received, judged: Judged) -> Iterator[Fault]:
    yield from received.faults
    for name in api.fields:
        fault = _fault_of_field(api, name, received)
        if fault:
            yield fault

    if api.contract is not None:
        for fault in judged.faults:
            if fault.field not in received.refused:
                yield fault
    elif not api.fields:
        yield from unlike(api.body, received.typed)
    elif received.typed and not _has_keys_of_its_own(api, received):
        yield from _unknown_keys(api.accepted, received)


def _has_keys_of_its_own(api: Api, received: Received) -> bool:
    """Whether the keys of the typed data may bear other names than the fields.

    Those of a JSON part that is named after a field may, and nothing tells which.
    """
    parts_of_fields = received.json_parts - {TYPED_DATA_PART}
    return bool(parts_of_fields) or any(_takes_json(api, one) for one in api.fields)


def _unknown_keys(known: Collection[str], received: Received) -> Iterator[Fault]:
    unknown = received.typed.keys() - known - received.refused.keys()
    suggestions = Suggestions(REQUEST_STEPS)
    for key in unknown:
        yield unknown_key(sorted(known), (key,), suggestions)


def _fault_of_field(api: Api, name: str, received: Received) -> Fault | None:
    if name in received.refused or name in received.files:
        return None
    if api.list_field(name) and received.typed.get(name) == []:
        return None
    if name in received.typed and received.typed[name] is None and api.may_lack(name):
        return None

    is_given_as_json = name in received.typed or name in received.json_parts
    if is_given_as_json:
        return _refuse_type(api, name, JSON)

    # Then it is not known to be missing.
    if _takes_json(api, name) and _may_have_other_names(api, name, received):
        return None
    if api.may_lack(name):
        return None
    return _missing_part(api, name)


def _may_have_other_names(api: Api, name: str, received: Received) -> bool:
    """Whether the keys of the part `data` may bring a field under other names."""
    is_key = api.contract is not None and name in api.contract.properties
    return TYPED_DATA_PART in received.json_parts and not is_key


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
