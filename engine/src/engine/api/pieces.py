"""What lists show of one route, as JSON that is short whatever its document."""

import orjson

from engine.api.openapi import operation
from engine.domain.values import Json
from engine.ports import Published
from engine.usecases.pipelines import line

MAX_PIECE_BYTES = 16 << 10
"""Of a route in a list: there may be a thousand of them. Few have a tenth of it."""

MAX_SHOWN_CHARACTERS = 500
"""Of each text where a piece would be longer."""


def listed(published: Published) -> bytes:
    """A route in `GET /services`, without what changes by itself: whether it is alive.

    A long one is shown without its example; `GET /services/{route}` has it.
    """
    shown = line(published)
    text = orjson.dumps(shown)
    if len(text) <= MAX_PIECE_BYTES:
        return text

    short: dict[str, Json] = {"body": {}, "bodyType": None, "shortened": True}
    return orjson.dumps(_with_short_texts(shown) | short)


def documented_operation(published: Published) -> bytes:
    """A route in the OpenAPI document; a long one without its schema."""
    shown = operation(published)
    text = orjson.dumps(shown)
    if len(text) <= MAX_PIECE_BYTES:
        return text

    short = {
        "tags": [tag[:MAX_SHOWN_CHARACTERS] for tag in shown["tags"][:1]],
        "requestBody": {
            "description": f"see GET /services/{published.route}",
            "content": {"*/*": {}},
        },
    }
    return orjson.dumps(_with_short_texts(shown) | short)


def _with_short_texts(shown: dict[str, Json]) -> dict[str, Json]:
    """The same with the beginnings of its texts."""
    return {
        key: value[:MAX_SHOWN_CHARACTERS] if isinstance(value, str) else value
        for key, value in shown.items()
    }
