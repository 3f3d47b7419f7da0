"""Tells services for whom they work, and with which keys they check it."""

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from engine.api.access.fields import read_fields
from engine.api.answers import (
    NO_STORE,
    Answer,
    EngineDep,
    LimitsDep,
    documented,
    json_body,
)
from engine.api.routers import new_router
from engine.api.shapes import Shape

router = new_router("services")

KEYS_KEPT = "max-age=300"
"""They change with SECRET alone, and one that is not known is asked for before that. So
this bounds how long one that was taken away is still believed."""

_ASKED = {
    "type": "object",
    "required": ["task_id"],
    "additionalProperties": False,
    "properties": {"task_id": {"type": "string", "minLength": 1}},
}


class CallerToken(Shape):
    """For whom a service works."""

    token: str = Field(description="A JWT, signed with a key of /.well-known/jwks.json")


@router.post(
    "/caller",
    operation_id="read_caller",
    responses=documented(CallerToken, 400, 404, 409),
    openapi_extra=json_body(_ASKED),
)
async def read_caller(
    request: Request, engine: EngineDep, limits: LimitsDep
) -> Response:
    """Tell a service for whom it works, by the id of the attempt that it was given."""
    body = await read_fields(request, limits, _ASKED)
    token = await engine.identities.token(body["task_id"])
    return Answer({"token": token}, headers=NO_STORE)


@router.get("/.well-known/jwks.json", include_in_schema=False)
async def read_keys(engine: EngineDep) -> Response:
    """The public keys of what this engine signs."""
    keys = engine.identities.public_keys()
    return Answer(keys, headers={"cache-control": KEYS_KEPT})
