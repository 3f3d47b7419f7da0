"""Schedules: start tasks of a route at certain times."""

from collections.abc import Mapping
from itertools import islice
from typing import Annotated, Any

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from engine.api import schemas
from engine.api.answers import Answer, EngineDep, LimitsDep, documented, json_body
from engine.api.body.fits import Received, checked_input
from engine.api.body.receiving import read_json
from engine.api.forwarded import prefix_of
from engine.api.large_answers import ListsDep
from engine.api.limits import MAX_FAULTS, MAX_NAME_CHARACTERS
from engine.api.principals import PrincipalDep, SpaceDep, owner_id
from engine.api.routers import new_router
from engine.domain.entry_api import Api
from engine.domain.errors import Fault, InvalidInput
from engine.domain.gate import Admitted
from engine.domain.schedule import MAX_CRON_CHARACTERS, Missed, Wish
from engine.domain.suggestions import REQUEST_STEPS, Suggestions
from engine.domain.values import Json
from engine.usecases.judging import Judging

router = new_router("schedules")
Id = Annotated[str, Path(max_length=MAX_NAME_CHARACTERS)]

_FIELDS: dict[str, Any] = {
    "route": {"type": "string", "maxLength": MAX_NAME_CHARACTERS},
    "cron": {
        "type": "string",
        "maxLength": MAX_CRON_CHARACTERS,
        "examples": ["30 7 * * MON-FRI"],
    },
    "timezone": {
        "type": "string",
        "maxLength": MAX_NAME_CHARACTERS,
        "default": "UTC",
        "examples": ["Europe/Berlin"],
    },
    "input": {"type": "object", "default": {}},
    "paused": {"type": "boolean", "default": False},
    "missed": {"enum": [str(one) for one in Missed], "default": str(Missed.ONCE)},
}
_SCHEMA = {
    "type": "object",
    "required": ["route", "cron"],
    "additionalProperties": False,
    "properties": _FIELDS,
}
_TYPES: dict[str, tuple[type, str]] = {
    "string": (str, "a text"),
    "object": (dict, "an object"),
    "boolean": (bool, "true or false"),
}


async def fits(judging: Judging, api: Api, data: Mapping[str, Json]) -> Admitted:
    """What a route gets of typed data alone; raises `InvalidInput`."""
    return await checked_input(api, Received(typed=dict(data)), judging)


@router.post(
    "/schedules",
    operation_id="add_schedule",
    status_code=201,
    responses=documented(None, 400, 409, 413, 415)
    | {201: {"description": "The schedule is kept", "model": schemas.Schedule}},
    openapi_extra=json_body(_SCHEMA),
)
async def add_schedule(
    request: Request,
    engine: EngineDep,
    limits: LimitsDep,
    principal: PrincipalDep,
    space: SpaceDep,
) -> Response:
    """Start tasks of a route at the times that a cron expression names."""
    wish = _wish(await read_json(request, limits))
    schedule = await engine.schedules.add(wish, owner_id(principal), space)
    location = f"{prefix_of(request.scope)}/schedules/{schedule.id}"
    return Answer(schedule.to_json(), 201, {"location": location})


@router.get(
    "/schedules",
    operation_id="list_schedules",
    responses=documented(list[schemas.Schedule]),
)
async def list_schedules(
    engine: EngineDep, lists: ListsDep, space: SpaceDep
) -> Response:
    """List all schedules of a space, the oldest first."""

    async def schedules() -> Json:
        found = await engine.schedules.list(space)
        return [schedule.to_json() for schedule in found]

    return lists.answer(schedules)


@router.get(
    "/schedules/{id}",
    operation_id="read_schedule",
    responses=documented(schemas.Schedule, 404),
)
async def read_schedule(id: Id, engine: EngineDep) -> Response:
    """Read a schedule: its next time, and what became of the last one."""
    return Answer((await engine.schedules.get(id)).to_json())


@router.put(
    "/schedules/{id}",
    operation_id="change_schedule",
    responses=documented(schemas.Schedule, 400, 404, 413, 415),
    openapi_extra=json_body(_SCHEMA),
)
async def change_schedule(
    id: Id,
    request: Request,
    engine: EngineDep,
    limits: LimitsDep,
    principal: PrincipalDep,
) -> Response:
    """Replace what a schedule says; it keeps its id and what was noted of it.

    From now on its tasks are those of who changed it.
    """
    wish = _wish(await read_json(request, limits))
    return Answer(
        (await engine.schedules.change(id, wish, owner_id(principal))).to_json()
    )


@router.delete(
    "/schedules/{id}",
    operation_id="delete_schedule",
    status_code=204,
    responses=documented(None, 404),
)
async def delete_schedule(id: Id, engine: EngineDep) -> Response:
    """Delete a schedule; tasks that it has started stay."""
    await engine.schedules.remove(id)
    return Response(status_code=204)


def _wish(body: dict[str, Json]) -> Wish:
    """Raises `InvalidInput` for fields that are missing, unknown or of a wrong type."""
    # A body may have tens of thousands, and to guess what was meant takes time.
    unknown = islice((name for name in body if name not in _FIELDS), MAX_FAULTS)
    faults = [_unknown(name) for name in unknown]
    values = {}
    for name, schema in _FIELDS.items():
        value = body.get(name, schema.get("default"))
        fault = _fault(name, schema, value)
        if fault:
            faults.append(fault)
        values[name] = value
    if faults:
        raise InvalidInput(faults[:MAX_FAULTS])
    return Wish(**{**values, "missed": Missed(values["missed"])})


def _fault(name: str, schema: dict[str, Any], value: Json) -> Fault | None:
    if value is None:
        return Fault("missing", "is missing", f"send “{name}”", field=name)
    if "enum" in schema:
        if value in schema["enum"]:
            return None
        words = " or ".join(f"“{one}”" for one in schema["enum"])
        return Fault("bad-value", f"is not {words}", f"send {words}", field=name)

    kind, words = _TYPES[schema["type"]]
    if not isinstance(value, kind):
        return Fault("wrong-type", f"is not {words}", f"send {words}", field=name)
    most = schema.get("maxLength")
    if isinstance(value, str) and most and not 0 < len(value) <= most:
        message = f"is empty, or longer than {most} characters"
        return Fault("bad-length", message, "send less", field=name)
    return None


def _unknown(name: str) -> Fault:
    hint = Suggestions(REQUEST_STEPS // 100).hint(name, _FIELDS)
    return Fault(
        "unknown-field",
        "is no field of a schedule",
        hint or f"the fields are {', '.join(_FIELDS)}",
        field=name[:MAX_NAME_CHARACTERS],
    )
