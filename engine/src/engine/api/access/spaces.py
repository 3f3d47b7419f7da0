"""Spaces, and who is what in them."""

from typing import Annotated

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from engine.api.access import shapes
from engine.api.access.fields import read_fields
from engine.api.access.paging import DEFAULT_PAGE, Cursor, Limit, page
from engine.api.access.sessions import AccountsDep, Id
from engine.api.answers import Answer, LimitsDep, documented, json_body
from engine.api.forwarded import prefix_of
from engine.api.limits import MAX_NAME_CHARACTERS
from engine.api.principals import PrincipalDep, concerns
from engine.api.routers import new_router
from engine.domain.access.people import Person
from engine.domain.access.roles import Principal, Role
from engine.domain.access.spaces import Space
from engine.domain.values import Json
from engine.usecases.access.spaces import Member

router = new_router("accounts")
SpaceId = Annotated[str, Path(max_length=MAX_NAME_CHARACTERS)]


@router.get(
    "/spaces",
    operation_id="list_spaces",
    responses=documented(list[shapes.Space], 404),
)
async def list_spaces(accounts: AccountsDep, principal: PrincipalDep) -> Response:
    """List the spaces in which one has a role; administrators see all."""
    found = await accounts.spaces.list()
    return Answer(
        [
            _space(one, principal)
            for one in found
            if principal.is_administrator or one.id in principal.roles
        ]
    )


@router.post(
    "/spaces",
    operation_id="add_space",
    status_code=201,
    responses=documented(None, 400, 404, 409)
    | {201: {"description": "The space is made", "model": shapes.Space}},
    openapi_extra=json_body(shapes.NEW_SPACE),
)
async def add_space(
    request: Request, accounts: AccountsDep, limits: LimitsDep, principal: PrincipalDep
) -> Response:
    """Make a space without members. Its id never changes, its name may."""
    body = await read_fields(request, limits, shapes.NEW_SPACE)
    concerns(request, body["id"])
    space = await accounts.spaces.add(body["id"], body.get("name", body["id"]))
    location = f"{prefix_of(request.scope)}/spaces/{space.id}"
    return Answer(_space(space, principal), 201, {"location": location})


@router.get(
    "/spaces/{space}",
    operation_id="read_space",
    responses=documented(shapes.Space, 404),
)
async def read_space(
    space: SpaceId, accounts: AccountsDep, principal: PrincipalDep
) -> Response:
    """Read what a space is called, and what one is in it."""
    return Answer(_space(await accounts.spaces.get(space), principal))


@router.patch(
    "/spaces/{space}",
    operation_id="rename_space",
    responses=documented(shapes.Space, 400, 404),
    openapi_extra=json_body(shapes.CHANGED_SPACE),
)
async def rename_space(
    space: SpaceId,
    request: Request,
    accounts: AccountsDep,
    limits: LimitsDep,
    principal: PrincipalDep,
) -> Response:
    """Give a space another name."""
    body = await read_fields(request, limits, shapes.CHANGED_SPACE)
    return Answer(_space(await accounts.spaces.rename(space, body["name"]), principal))


@router.delete(
    "/spaces/{space}",
    operation_id="delete_space",
    status_code=204,
    responses=documented(None, 404, 409),
)
async def delete_space(space: SpaceId, accounts: AccountsDep) -> Response:
    """Delete a space to which nothing belongs; its id stays taken."""
    await accounts.spaces.delete(space)
    return Response(status_code=204)


@router.get(
    "/spaces/{space}/members",
    operation_id="list_members",
    responses=documented(shapes.MemberPage, 404),
)
async def list_members(
    space: SpaceId,
    accounts: AccountsDep,
    cursor: Cursor = "",
    limit: Limit = DEFAULT_PAGE,
) -> Response:
    """List who has which role in a space: people by name, then groups by id."""
    members, following = await accounts.spaces.members(space, cursor, limit)
    return Answer(page([_member(one, space) for one in members], following))


@router.put(
    "/spaces/{space}/members/{id}",
    operation_id="put_member",
    responses=documented(shapes.Member, 400, 404),
    openapi_extra=json_body(shapes.MEMBER),
)
async def put_member(
    space: SpaceId,
    id: Id,
    request: Request,
    accounts: AccountsDep,
    limits: LimitsDep,
) -> Response:
    """Give a person or a group a role in a space, by id or by name."""
    body = await read_fields(request, limits, shapes.MEMBER)
    concerns(request, f"{space}/{id} {body['role']}")
    member = await accounts.spaces.put_member(space, id, Role(body["role"]))
    return Answer(_member(member, space))


@router.delete(
    "/spaces/{space}/members/{id}",
    operation_id="remove_member",
    status_code=204,
    responses=documented(None, 404),
)
async def remove_member(space: SpaceId, id: Id, accounts: AccountsDep) -> Response:
    """Let a person or a group have no role in a space any more."""
    await accounts.spaces.remove_member(space, id)
    return Response(status_code=204)


def _space(space: Space, principal: Principal) -> Json:
    role = principal.roles.get(space.id)
    return {**space.shown(), "role": str(role) if role else None}


def _member(member: Member, space: str) -> Json:
    is_person = isinstance(member, Person)
    return {
        "kind": "person" if is_person else "group",
        "id": member.id,
        "name": member.name,
        "role": str(member.all_roles[space]),
        "active": member.is_active if isinstance(member, Person) else True,
    }
