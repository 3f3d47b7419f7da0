"""Describes the operations in the OpenAPI document, which `/docs` shows."""

from collections.abc import Mapping
from typing import Any

from service_sdk.operation import Operation
from service_sdk.protocol import ANY_TYPE, JSON, MULTIPART
from service_sdk.signature import Signature


def openapi_of(operation: Operation) -> dict[str, Any]:
    """What FastAPI cannot read from the signature of a route."""
    return {
        "requestBody": _request_body(operation),
        **_callbacks(operation.answer),
    }


def _request_body(operation: Operation) -> dict[str, Any]:
    signature = operation.signature

    # The models stand once in the document, under its own `components`.
    typed = {key: value for key, value in signature.schema.items() if key != "$defs"}

    content: dict[str, Any] = {}
    if operation.example or not signature.blobs:
        example = signature.body(operation.example)
        content[JSON] = {"schema": typed, "example": example}
    if signature.blobs:
        content[MULTIPART] = _multipart(signature, typed)

    return {"required": True, "content": content}


def _multipart(signature: Signature, typed: Mapping[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        name: {"type": "string", "format": "binary"} for name in signature.blobs
    }
    encoding = {
        name: {"contentType": ", ".join(blob.kind.media_types) or ANY_TYPE}
        for name, blob in signature.blobs.items()
    }

    if signature.keys:
        properties[signature.part] = typed
        encoding[signature.part] = {"contentType": JSON}

    required = [name for name, blob in signature.blobs.items() if blob.required]
    schema = {"type": "object", "properties": properties, "required": required}
    return {"schema": schema, "encoding": encoding}


def _callbacks(answer: Mapping[str, object] | None) -> dict[str, Any]:
    """The example of a result, as the request that goes to the callback address."""
    if not answer:
        return {}

    post = {
        "summary": "The result",
        "requestBody": {"content": {JSON: {"example": answer}}},
        "responses": {"200": {"description": "The result is safe"}},
    }
    return {"callbacks": {"result": {"{$request.query.callback_url}": {"post": post}}}}
