"""People, and who is what in a space."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from engine.api.access import shapes
from engine.api.access.fields import read_fields
from engine.api.access.sessions import AccountsDep, Id
from engine.api.answers import Answer, LimitsDep, documented, json_body
from engine.api.forwarded import prefix_of
from engine.api.limits import MAX_NAME_CHARACTERS
from engine.api.principals import concerns
from engine.domain.access.credentials import Kind
from engine.domain.access.people import Person
from engine.domain.access.roles import MAIN, Role
from engine.domain.errors import Unknown
from engine.domain.values import Json
from engine.usecases.access.people import Change

router = APIRouter(tags=["accounts"], default_response_class=Answer)
Space = Annotated[str, Path(max_length=MAX_NAME_CHARACTERS)]


@router.get(
    "/people",
    operation_id="list_people",
    responses=documented(list[shapes.Person], 404),
)
async def list_people(accounts: AccountsDep) -> Response:
    """List everybody who has an account, by name."""
    return Answer([person.shown() for person in await accounts.people.list()])


@router.post(
    "/people",
    operation_id="add_person",
    status_code=201,
    responses=documented(None, 400, 404, 409)
    | {201: {"description": "The account is made", "model": shapes.Person}},
    openapi_extra=json_body(shapes.NEW_PERSON),
)
async def add_person(
    request: Request, accounts: AccountsDep, limits: LimitsDep
) -> Response:
    """Make an account, with a role in the space `main` if one is given."""
    body = await read_fields(request, limits, shapes.NEW_PERSON)
    concerns(request, body["name"])
    person = await accounts.people.add(
        body["name"],
        body["password"],
        is_administrator=body.get("administrator", False),
        role=Role(body["role"]) if "role" in body else None,
    )
    location = f"{prefix_of(request.scope)}/people/{person.id}"
    return Answer(person.shown(), 201, {"location": location})


@router.patch(
    "/people/{id}",
    operation_id="change_person",
    responses=documented(shapes.Person, 400, 404, 409),
    openapi_extra=json_body(shapes.CHANGED_PERSON),
)
async def change_person(
    id: Id, request: Request, accounts: AccountsDep, limits: LimitsDep
) -> Response:
    """Change whether somebody is active or an administrator, or set a new password.

    Who is not active any more is signed out, and their tokens do nothing.
    """
    body = await read_fields(request, limits, shapes.CHANGED_PERSON)
    change = Change(
        is_active=body.get("active"),
        is_administrator=body.get("administrator"),
        password=body.get("password"),
    )
    person = await accounts.people.change(id, change)
    if "password" in body or not person.is_active:
        await accounts.credentials.revoke_all(id, Kind.SESSION)
    return Answer(person.shown())


@router.get(
    "/spaces/{space}/members",
    operation_id="list_members",
    responses=documented(list[shapes.Member], 404),
)
async def list_members(space: Space, accounts: AccountsDep) -> Response:
    """List who has which role in a space, by name."""
    _expect_space(space)
    members = await accounts.people.members(space)
    return Answer([_member(person, space) for person in members])


@router.put(
    "/spaces/{space}/members/{id}",
    operation_id="put_member",
    responses=documented(shapes.Member, 400, 404),
    openapi_extra=json_body(shapes.MEMBER),
)
async def put_member(
    space: Space,
    id: Id,
    request: Request,
    accounts: AccountsDep,
    limits: LimitsDep,
) -> Response:
    """Make somebody a member of a space, or give a member another role."""
    _expect_space(space)
    body = await read_fields(request, limits, shapes.MEMBER)
    concerns(request, f"{space}/{id} {body['role']}")
    person = await accounts.people.set_role(id, space, Role(body["role"]))
    return Answer(_member(person, space))


@router.delete(
    "/spaces/{space}/members/{id}",
    operation_id="remove_member",
    status_code=204,
    responses=documented(None, 404),
)
async def remove_member(space: Space, id: Id, accounts: AccountsDep) -> Response:
    """Let somebody be no member of a space any more."""
    _expect_space(space)
    person = await accounts.people.get(id)
    if space not in person.roles:
        raise Unknown("member", id)
    await accounts.people.set_role(id, space, None)
    return Response(status_code=204)


def _expect_space(space: str) -> None:
    """Raises `Unknown` for a space that is not there."""
    if space != MAIN:
        raise Unknown("space", space)


def _member(person: Person, space: str) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "role": str(person.roles[space]),
        "active": person.is_active,
    }
