"""Adds to a request what it does not bring and the task that it continues had."""

from collections.abc import Mapping, Sequence

from engine.api.body.fits import Received
from engine.domain.entry_api import Api
from engine.domain.media_types import JSON
from engine.domain.protocol import TYPED_DATA_PART
from engine.domain.values import Blob, Json, blobs_in, is_blob


def add_what_is_not_sent(
    api: Api, received: Received, data: Mapping[str, Json]
) -> Sequence[Blob]:
    """Add what the route still takes of the data of another task; the blobs added."""
    added: list[Blob] = []
    sent = received.typed.keys() | received.files | received.refused.keys()

    for key, value in data.items():
        if key in sent or not _is_taken(api, key, value):
            continue
        if is_blob(value):
            received.blobs[key] = Blob.from_json(value)
            added.append(received.blobs[key])
        elif _is_list_of_blobs(value):
            files = list(blobs_in(value))
            received.lists[key] = [(key, file) for file in files]
            added += files
        else:
            received.typed[key] = value
            received.json_parts.add(TYPED_DATA_PART)
    return added


def _is_taken(api: Api, key: str, value: Json) -> bool:
    """Whether the route, perhaps in another version, takes a value of this name."""
    if key in api.fields:
        return True
    if is_blob(value) or _is_list_of_blobs(value):
        return False
    if api.contract is not None:
        return not api.contract.is_closed or key in api.contract.properties
    if api.fields:
        # An object in the place of one of them may have brought keys of its own.
        return any(JSON in types for types in api.accepted.values())
    return not api.body or key in api.body


def _is_list_of_blobs(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and all(map(is_blob, value))
