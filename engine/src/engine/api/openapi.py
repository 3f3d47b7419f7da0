"""Documents every live route as an operation of its own (OpenAPI 3.1)."""

from collections.abc import Mapping

from engine.api.answers import documented
from engine.api.limits import MAX_NAME_CHARACTERS
from engine.domain.media_types import JSON, MULTIPART_FORM
from engine.domain.pipeline import Api
from engine.domain.protocol import CALLBACK_URL, IDEMPOTENCY_KEY_HEADER, TASK_ID
from engine.domain.values import Json
from engine.ports import Published

_KINDS = {str: "string", bool: "boolean", int: "integer", float: "number"}
_PARAMETERS: list[Json] = [
    {
        "name": IDEMPOTENCY_KEY_HEADER,
        "in": "header",
        "description": "A repeated request with the same key returns the first task",
        "schema": {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_NAME_CHARACTERS,
        },
    },
    {
        "name": CALLBACK_URL,
        "in": "query",
        "description": "Where the end result is sent; needs `task_id`",
        "schema": {"type": "string", "format": "uri"},
    },
    {
        "name": TASK_ID,
        "in": "query",
        "description": "The caller's own id of the work, sent back with the result",
        "schema": {"type": "string"},
    },
]
_STARTED = {
    "description": "The task was started, now or earlier with the same key",
    "content": {JSON: {"schema": {"$ref": "#/components/schemas/Job"}}},
    "headers": {"Location": {"schema": {"type": "string"}}},
}


def operation(published: Published) -> dict[str, Json]:
    """How a route is called."""
    api = published.pipeline.entry.api
    responses = documented(None, 400, 404, 409, 413, 415) | {202: _STARTED}
    return {
        "operationId": f"start {api.route}",
        "summary": api.summary or api.route,
        "description": _description(api),
        "tags": list(api.tags) or [f"{published.owner}s"],
        "parameters": _PARAMETERS,
        "requestBody": _body(api),
        "responses": {str(status): answer for status, answer in responses.items()},
    }


def _description(api: Api) -> str:
    results = f"Results: `{api.result_type}`" if api.result_type else ""
    return "\n\n".join(filter(None, (api.description, results)))


def _body(api: Api) -> Json:
    if api.fields:
        return {"required": True, "content": {MULTIPART_FORM: _form(api)}}

    content = {"schema": schema_of(api.body), "example": api.body}
    return {"required": bool(api.body), "content": {JSON: content}}


def _form(api: Api) -> Json:
    """One property for each part, its media types under `encoding`."""
    properties = {}
    encoding = {}
    for name in api.fields:
        accepted = api.types_of(name)
        properties[name] = _part(accepted)
        if accepted:
            encoding[name] = {"contentType": ", ".join(accepted)}

    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"schema": schema, "encoding": encoding}


def _part(accepted: tuple[str, ...]) -> Json:
    if accepted == (JSON,):
        return {"type": "object", "description": "JSON: its keys join the typed data"}
    return {"type": "string", "format": "binary"}


def schema_of(example: Json) -> Json:
    """The JSON schema of everything that has the example's shape.

    >>> schema_of([1.5])
    {'type': 'array', 'items': {'type': 'number'}}
    """
    if isinstance(example, Mapping):
        return _object(example)
    if isinstance(example, list | tuple):
        items = schema_of(example[0]) if example else {}
        return {"type": "array", "items": items}

    kind = _KINDS.get(type(example))
    # A null in an example allows anything.
    if kind is None:
        return {}
    return {"type": kind} | _bounds(example)


def _object(example: Mapping[str, Json]) -> Json:
    if not example:
        return {"type": "object"}
    return {
        "type": "object",
        "properties": {key: schema_of(value) for key, value in example.items()},
        "required": [key for key, value in example.items() if value is not None],
        "additionalProperties": False,
    }


def _bounds(example: Json) -> Json:
    if type(example) is int:
        return {"format": "int64", "minimum": -(2**63), "maximum": 2**63 - 1}
    return {}
