"""Secrets of http nodes: store, list by name, delete. No answer has a value."""

from typing import Annotated

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from engine.api import schemas
from engine.api.answers import Answer, EngineDep, LimitsDep, documented, json_body
from engine.api.body.receiving import read_json
from engine.api.limits import MAX_NAME_CHARACTERS
from engine.api.principals import SpaceDep
from engine.api.routers import new_router
from engine.domain.errors import Fault, InvalidInput, Unreadable
from engine.domain.secrets import MAX_SECRET_CHARACTERS, MIN_SECRET_CHARACTERS
from engine.domain.values import Json
from engine.ports import SecretLine, StoredSecret

router = new_router("secrets")
Name = Annotated[str, Path(max_length=MAX_NAME_CHARACTERS)]

_VALUE_SCHEMA = {
    "type": "object",
    "required": ["value"],
    "additionalProperties": False,
    "properties": {
        "value": {
            "type": "string",
            "format": "password",
            "minLength": MIN_SECRET_CHARACTERS,
            "maxLength": MAX_SECRET_CHARACTERS,
        }
    },
}


@router.put(
    "/secrets/{name}",
    operation_id="put_secret",
    responses=documented(schemas.Secret, 400, 409, 413, 415),
    openapi_extra=json_body(_VALUE_SCHEMA),
)
async def put_secret(
    name: Name,
    request: Request,
    engine: EngineDep,
    limits: LimitsDep,
    space: SpaceDep,
) -> Response:
    """Store a secret, or replace it; only requests of http nodes use its value."""
    try:
        body = await read_json(request, limits)
    except Unreadable:
        # What is wrong with it would be told with a piece of it.
        body = {}
    value = body.get("value")
    if not isinstance(value, str) or len(body) != 1:
        fault = Fault(
            code="bad-secret",
            message="the body is not an object with a text under the one key “value”",
            hint='send {"value": "…"}',
            field="value",
        )
        raise InvalidInput([fault])

    return Answer(_shown(await engine.secrets.put(name, value, space)))


@router.get(
    "/secrets",
    operation_id="list_secrets",
    responses=documented(list[schemas.Secret]),
)
async def list_secrets(engine: EngineDep, space: SpaceDep) -> Response:
    """List all secrets of a space: their names, and when each was stored."""
    return Answer([_shown(secret) for secret in await engine.secrets.list(space)])


@router.delete(
    "/secrets/{name}",
    operation_id="delete_secret",
    status_code=204,
    responses=documented(None, 404),
)
async def delete_secret(name: Name, engine: EngineDep, space: SpaceDep) -> Response:
    """Delete a secret; requests that need it fail from now on."""
    await engine.secrets.remove(name, space)
    return Response(status_code=204)


def _shown(secret: StoredSecret | SecretLine) -> Json:
    return {"name": secret.name, "stored_at": secret.stored_at.isoformat()}
