"""Describes the operations in the OpenAPI document, which `/docs` shows."""

from collections.abc import Mapping
from typing import Any

from service_sdk.json_schemas import SCHEMA_REFERENCE, Schema, with_references
from service_sdk.operation import Operation
from service_sdk.protocol import ANY_TYPE, JSON, MULTIPART
from service_sdk.signature import Signature


def models_of(operation: Operation) -> dict[str, Any]:
    """The models of an operation, as the OpenAPI document keeps them."""
    output = _output(operation)
    return {
        **operation.signature.schema.get("$defs", {}),
        **{
            f"{operation.route}.{name}": model
            for name, model in output.get("$defs", {}).items()
        },
    }


def _output(operation: Operation) -> Schema:
    """The schema of the result; its models stand under the route.

    A model that goes in and one that comes out may have one name and differ.
    """
    reference = SCHEMA_REFERENCE.format(model=f"{operation.route}.")
    schema: Schema = with_references(operation.signature.output or {}, reference)
    return schema


def openapi_of(operation: Operation) -> dict[str, Any]:
    """What FastAPI cannot read from the signature of a route."""
    return {
        "requestBody": _request_body(operation),
        **_callbacks(operation),
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
        name: blob.schema for name, blob in signature.blobs.items()
    }
    encoding = {
        name: {"contentType": ", ".join(blob.media_types) or ANY_TYPE}
        for name, blob in signature.blobs.items()
    }

    if signature.keys:
        properties[signature.part] = typed
        encoding[signature.part] = {"contentType": JSON}

    required = [name for name, blob in signature.blobs.items() if blob.required]
    schema = {"type": "object", "properties": properties, "required": required}
    return {"schema": schema, "encoding": encoding}


def _callbacks(operation: Operation) -> dict[str, Any]:
    """The result, as the request that goes to the callback address."""
    content: dict[str, Any] = {}
    if operation.signature.output is not None:
        output = _output(operation)
        content["schema"] = {key: output[key] for key in output if key != "$defs"}
    if operation.answer:
        content["example"] = operation.answer
    if not content:
        return {}

    post = {
        "summary": "The result",
        "requestBody": {"content": {JSON: content}},
        "responses": {"200": {"description": "The result is safe"}},
    }
    return {"callbacks": {"result": {"{$request.query.callback_url}": {"post": post}}}}
