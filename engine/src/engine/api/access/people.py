"""People with accounts."""

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from engine.api.access import shapes
from engine.api.access.fields import read_fields
from engine.api.access.paging import DEFAULT_PAGE, Cursor, Limit, page
from engine.api.access.sessions import AccountsDep, Id, PasswordsDep
from engine.api.answers import Answer, EngineDep, LimitsDep, documented, json_body
from engine.api.forwarded import prefix_of
from engine.api.principals import concerns
from engine.api.routers import new_router
from engine.domain.access.credentials import Kind
from engine.domain.access.errors import NoPasswords
from engine.domain.access.people import MAX_NAME_CHARACTERS
from engine.domain.access.roles import Role
from engine.usecases.access.people import PersonChange

router = new_router("accounts")


@router.get(
    "/people",
    operation_id="list_people",
    responses=documented(shapes.PersonPage, 404),
)
async def list_people(
    accounts: AccountsDep,
    engine: EngineDep,
    cursor: Cursor = "",
    limit: Limit = DEFAULT_PAGE,
    begins: Annotated[
        str,
        Query(max_length=MAX_NAME_CHARACTERS, description="How their names begin"),
    ] = "",
) -> Response:
    """List people who have an account, by name."""
    people, following = await accounts.people.page(cursor, limit, begins)
    leaving = await engine.erasures.leaving() if engine.erasures else frozenset()
    lines = [one.shown() | {"leaving": one.id in leaving} for one in people]
    return Answer(page(lines, following))


@router.get(
    "/people/{id}",
    operation_id="read_person",
    responses=documented(shapes.Person, 404),
)
async def read_person(id: Id, accounts: AccountsDep) -> Response:
    """Read what is known of somebody who has an account, by id or by name."""
    return Answer((await accounts.people.called(id)).shown())


@router.post(
    "/people",
    operation_id="add_person",
    status_code=201,
    responses=documented(None, 400, 404, 409)
    | {201: {"description": "The account is made", "model": shapes.Person}},
    openapi_extra=json_body(shapes.NEW_PERSON),
)
async def add_person(
    request: Request, accounts: PasswordsDep, limits: LimitsDep
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
    if "password" in body and accounts.at_provider is not None:
        raise NoPasswords()
    change = PersonChange(
        is_active=body.get("active"),
        is_administrator=body.get("administrator"),
        password=body.get("password"),
    )
    person = await accounts.people.change(id, change)
    if "password" in body or not person.is_active:
        await accounts.credentials.revoke_all(id, Kind.SESSION)
    return Answer(person.shown())
