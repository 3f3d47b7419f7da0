"""Documents every live route as an operation of its own (OpenAPI 3.1)."""

import re
from collections.abc import Mapping
from zlib import crc32

import orjson

from engine.api.answers import documented
from engine.api.limits import MAX_NAME_CHARACTERS
from engine.api.start_parameters import MAX_WAIT_SECONDS
from engine.domain.contracts.contract import Contract
from engine.domain.contracts.keywords import DEFINITION, Schema, is_file, with_inner
from engine.domain.entry_api import Api
from engine.domain.media_types import JSON, MULTIPART_FORM
from engine.domain.protocol import (
    AGAIN,
    CALLBACK_URL,
    CONTINUES,
    IDEMPOTENCY_KEY_HEADER,
    TASK_ID,
    VERSION,
    WAIT,
)
from engine.domain.values import Json
from engine.ports import Published

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
    {
        "name": WAIT,
        "in": "query",
        "description": "Wait so many seconds for the outputs; later they can be asked "
        "for",
        "schema": {"type": "number", "minimum": 0, "maximum": MAX_WAIT_SECONDS},
    },
]
_CONTINUING: list[Json] = [
    {
        "name": VERSION,
        "in": "query",
        "description": "The version to run instead of the current one",
        "schema": {"type": "string"},
    },
    {
        "name": CONTINUES,
        "in": "query",
        "description": "An ended task of the route: what it has done is kept",
        "schema": {"type": "string"},
    },
    {
        "name": AGAIN,
        "in": "query",
        "description": "Nodes that run again all the same, with commas between them",
        "schema": {"type": "string"},
    },
]
_STARTED = {
    "description": "The task was started, now or earlier with the same key",
    "content": {JSON: {"schema": {"$ref": "#/components/schemas/Job"}}},
    "headers": {"Location": {"schema": {"type": "string"}}},
}


_WITH_HYPHENS = re.compile(r"[A-Za-z0-9-]+")
"""The routes that most people write."""

ANY_OUTPUTS: Json = {"$ref": "#/components/schemas/Outputs"}
"""The schema of outputs of which nothing is known, or too much to be said."""

_ROUTE: Json = {
    "name": "route",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "maxLength": MAX_NAME_CHARACTERS},
}


def start_of_any_route() -> dict[str, Json]:
    """How a route is called of which only the name is known."""
    anything = {"schema": {"type": "object"}}
    return {
        "operationId": "start_task",
        "summary": "Start Task",
        "description": "Start a task. What to send, the operation of the route says.",
        "tags": ["tasks"],
        "parameters": [_ROUTE, *_PARAMETERS, *_CONTINUING],
        "requestBody": {"content": {JSON: anything, MULTIPART_FORM: anything}},
        "responses": start_responses(ANY_OUTPUTS),
    }


def start_responses(outputs: Json) -> dict[str, Json]:
    """The answers to a start; `outputs`: the schema of what `wait` gives."""
    ended = {
        "description": "With `wait`: the outputs of the task, which has ended in time",
        "content": {JSON: {"schema": outputs}},
    }
    responses = documented(None, 400, 404, 409, 413, 415, 422, 429)
    responses |= {200: ended, 202: _STARTED}
    return {str(status): answer for status, answer in responses.items()}


def operation_id(route: str) -> str:
    """The name of the function that calls a route, in clients that are generated.

    >>> operation_id("face-blur"), operation_id("v1.face_blur")
    ('run_face_blur', 'run_v1_face_blur_5f6f1d2b')
    """
    name = "run_" + re.sub(r"[^A-Za-z0-9]", "_", route)
    if _WITH_HYPHENS.fullmatch(route):
        return name
    # Otherwise `face.blur` would have the name of `face-blur`.
    return f"{name}_{crc32(route.encode()):08x}"


def operation(published: Published) -> dict[str, Json]:
    """How a route is called."""
    api = published.pipeline.entry.api
    return {
        "operationId": operation_id(api.route),
        "summary": api.summary or api.route,
        "description": _description(api),
        "tags": list(api.tags) or [f"{published.owner}s"],
        "parameters": _PARAMETERS,
        "requestBody": _body(api),
        "responses": start_responses(_outputs(api)),
    }


def _outputs(api: Api) -> Json:
    """The outputs as the answer has them: instead of a file there is its address."""
    place = _place(api, "responses/200", JSON)
    return _embedded(_with_addresses(api.gives or {"type": "object"}), place)


def _with_addresses(schema: Schema) -> Schema:
    if is_file(schema):
        told = {key: schema[key] for key in schema.keys() & {"title", "description"}}
        return {"type": "string", "format": "uri"} | told
    return with_inner(schema, lambda _, inner: _with_addresses(inner))


def _description(api: Api) -> str:
    results = f"Results: {_types(api.result_type)}" if api.result_type else ""
    return "\n\n".join(filter(None, (api.description, results)))


def _types(told: Json) -> str:
    """Media types as people write them; anything else as JSON.

    >>> _types(("image/png", "image/jpeg")), _types({"areas": [[0, 0]]})
    ('`image/png`, `image/jpeg`', '`{"areas":[[0,0]]}`')
    """
    if isinstance(told, str):
        return f"`{told}`"
    if isinstance(told, list | tuple) and all(isinstance(one, str) for one in told):
        return ", ".join(f"`{one}`" for one in told)
    return f"`{orjson.dumps(told).decode()}`"


def _body(api: Api) -> Json:
    if api.fields:
        form = _typed_form(api, api.contract) if api.contract else _form(api)
        return {"required": True, "content": {MULTIPART_FORM: form}}

    schema = _embedded(api.takes, _place(api, "requestBody", JSON))
    content = {"schema": schema, "example": _example(api)}
    is_required = api.contract.required if api.contract else api.body
    return {"required": bool(is_required), "content": {JSON: content}}


def _example(api: Api) -> Json:
    """A whole body: that of the schema, or `body`, which is one."""
    examples = api.takes.get("examples")
    return examples[0] if isinstance(examples, list) and examples else api.body


def _form(api: Api) -> Json:
    """One property for each part, its media types under `encoding`."""
    properties = {}
    encoding = {}
    for name in api.fields:
        accepted = api.types_of(name)
        properties[name] = _part(accepted)
        if accepted:
            encoding[name] = {"contentType": ", ".join(accepted)}

    schema = {"type": "object", "properties": properties, "required": list(api.fields)}
    return {"schema": schema, "encoding": encoding}


def _part(accepted: tuple[str, ...]) -> Json:
    if accepted == (JSON,):
        return {"type": "object", "description": "JSON: its keys join the typed data"}
    return {"type": "string", "format": "binary"}


def _typed_form(api: Api, contract: Contract) -> Json:
    """One field for each key: files, and typed values beside them.

    A typed value is sent as text, and where a text would not do, as JSON.
    """
    encoding = {}
    for key in contract.properties:
        if contract.takes_files(key):
            accepted = api.types_of(key)
            if accepted:
                encoding[key] = {"contentType": ", ".join(accepted)}
        elif contract.takes_structures(key):
            encoding[key] = {"contentType": JSON}

    schema = _embedded(contract.schema, _place(api, "requestBody", MULTIPART_FORM))
    return {"schema": schema, "encoding": encoding}


def _place(api: Api, holder: str, media_type: str) -> str:
    """Where a schema of a route is in the document, as a JSON pointer."""
    name = media_type.replace("/", "~1")
    return f"#/paths/~1services~1{api.route}/post/{holder}/content/{name}/schema"


def _embedded(schema: Json, place: str) -> Json:
    """A schema as a part of the document, in which its references lead on."""
    if isinstance(schema, list | tuple):
        return [_embedded(one, place) for one in schema]
    if not isinstance(schema, Mapping):
        return schema

    made = {key: _embedded(value, place) for key, value in schema.items()}
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith(DEFINITION):
        made["$ref"] = place + reference[1:]
    return made
