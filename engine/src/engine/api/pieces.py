"""What lists show of one route, as JSON that is short whatever its document."""

from collections.abc import Sequence

import orjson

from engine.api.openapi import ANY_OUTPUTS, operation, operation_id, start_responses
from engine.domain.values import Json
from engine.ports import Published
from engine.usecases.listing import route_line

MAX_PIECE_BYTES = 16 << 10
"""Of a route in a list: there may be a thousand of them. Few have a tenth of it."""

MAX_SHOWN_CHARACTERS = 500
"""Of each text where a piece would be longer."""
MAX_SHOWN_TAGS = 10
"""Where a piece would be longer."""


def listed(published: Published) -> bytes:
    """A route in `GET /services`, without what changes by itself: whether it is alive.

    A long one is shown without its example; `GET /services/{route}` has it.
    """
    shown = route_line(published)
    text = orjson.dumps(shown)
    if len(text) <= MAX_PIECE_BYTES:
        return text

    nothing = ("bodyType", "resultType", "inputSchema", "outputSchema", "output")
    short: dict[str, Json] = dict.fromkeys(nothing)
    short |= {"body": {}, "tags": _short_tags(shown["tags"]), "shortened": True}
    return orjson.dumps(_with_short_texts(shown) | short)


def documented_operation(published: Published) -> bytes:
    """A route in the OpenAPI document; a long one without its schema."""
    shown = operation(published)
    text = orjson.dumps(shown)
    if len(text) <= MAX_PIECE_BYTES:
        return text

    short = {
        "tags": _short_tags(shown["tags"]),
        "requestBody": {
            "description": f"see GET /services/{published.route}",
            "content": {"*/*": {}},
        },
        "responses": start_responses(ANY_OUTPUTS),
    }
    return orjson.dumps(_with_short_texts(shown) | short)


def outlined_operation(route: str) -> bytes:
    """A route in the OpenAPI document where there is no room for more."""
    return orjson.dumps(
        {
            "operationId": operation_id(route),
            "summary": route,
            "description": f"see GET /services/{route}",
            "requestBody": {"content": {"*/*": {}}},
            "responses": {"202": {"description": "The task was started"}},
        }
    )


def _short_tags(tags: Sequence[str]) -> list[str]:
    """The first tags, each with its beginning."""
    return [tag[:MAX_SHOWN_CHARACTERS] for tag in tags[:MAX_SHOWN_TAGS]]


def _with_short_texts(shown: dict[str, Json]) -> dict[str, Json]:
    """The same with the beginnings of its texts."""
    return {
        key: value[:MAX_SHOWN_CHARACTERS] if isinstance(value, str) else value
        for key, value in shown.items()
    }
