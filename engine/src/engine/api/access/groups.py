"""Groups of people."""

from starlette.requests import Request
from starlette.responses import Response

from engine.api.access import shapes
from engine.api.access.fields import read_fields
from engine.api.access.paging import DEFAULT_PAGE, Cursor, Limit, page
from engine.api.access.sessions import AccountsDep, Id
from engine.api.answers import Answer, LimitsDep, documented, json_body
from engine.api.forwarded import prefix_of
from engine.api.principals import concerns
from engine.api.routers import new_router
from engine.domain.access.people import Person
from engine.domain.values import Json
from engine.usecases.access.groups import GroupChange

router = new_router("accounts")


@router.get(
    "/groups",
    operation_id="list_groups",
    responses=documented(list[shapes.Group], 404),
)
async def list_groups(accounts: AccountsDep) -> Response:
    """List all groups, by id."""
    return Answer([group.shown() for group in await accounts.groups.list()])


@router.post(
    "/groups",
    operation_id="add_group",
    status_code=201,
    responses=documented(None, 400, 404, 409)
    | {201: {"description": "The group is made", "model": shapes.Group}},
    openapi_extra=json_body(shapes.NEW_GROUP),
)
async def add_group(
    request: Request, accounts: AccountsDep, limits: LimitsDep
) -> Response:
    """Make a group in which nobody is.

    With `provider_group` the group of that name at the provider decides who is in it,
    whenever somebody signs in.
    """
    body = await read_fields(request, limits, shapes.NEW_GROUP)
    concerns(request, body["id"])
    group = await accounts.groups.add(
        body["id"], body.get("name", body["id"]), body.get("provider_group", "")
    )
    location = f"{prefix_of(request.scope)}/groups/{group.id}"
    return Answer(group.shown(), 201, {"location": location})


@router.patch(
    "/groups/{id}",
    operation_id="change_group",
    responses=documented(shapes.Group, 400, 404),
    openapi_extra=json_body(shapes.CHANGED_GROUP),
)
async def change_group(
    id: Id, request: Request, accounts: AccountsDep, limits: LimitsDep
) -> Response:
    """Change what a group is called, and which group of the provider it follows."""
    body = await read_fields(request, limits, shapes.CHANGED_GROUP)
    change = GroupChange(body.get("name"), body.get("provider_group"))
    return Answer((await accounts.groups.change(id, change)).shown())


@router.delete(
    "/groups/{id}",
    operation_id="delete_group",
    status_code=204,
    responses=documented(None, 404),
)
async def delete_group(id: Id, accounts: AccountsDep) -> Response:
    """Delete a group: its people keep what they may do without it."""
    await accounts.groups.delete(id)
    return Response(status_code=204)


@router.get(
    "/groups/{id}/people",
    operation_id="list_group_people",
    responses=documented(shapes.GroupPeoplePage, 404),
)
async def list_group_people(
    id: Id, accounts: AccountsDep, cursor: Cursor = "", limit: Limit = DEFAULT_PAGE
) -> Response:
    """List who is in a group, by name."""
    people, following = await accounts.groups.people(id, cursor, limit)
    return Answer(page([_person(one) for one in people], following))


@router.put(
    "/groups/{id}/people/{person}",
    operation_id="put_group_person",
    responses=documented(shapes.GroupPerson, 404),
)
async def put_group_person(id: Id, person: Id, accounts: AccountsDep) -> Response:
    """Let somebody be in a group."""
    return Answer(_person(await accounts.groups.put(id, person)))


@router.delete(
    "/groups/{id}/people/{person}",
    operation_id="remove_group_person",
    status_code=204,
    responses=documented(None, 404),
)
async def remove_group_person(id: Id, person: Id, accounts: AccountsDep) -> Response:
    """Let somebody be in a group no more."""
    await accounts.groups.take_out(id, person)
    return Response(status_code=204)


def _person(person: Person) -> Json:
    return {"id": person.id, "name": person.name, "active": person.is_active}
