"""Sharing of routes with other spaces."""

from starlette.requests import Request
from starlette.responses import Response

from engine.api.access import shapes
from engine.api.access.fields import read_fields
from engine.api.access.sessions import AccountsDep
from engine.api.access.spaces import SpaceId
from engine.api.answers import Answer, EngineDep, LimitsDep, documented, json_body
from engine.api.principals import PrincipalDep, concerns
from engine.api.routers import new_router
from engine.api.services import Route
from engine.domain.access.errors import NoAccounts
from engine.domain.access.placing import expect_role
from engine.domain.access.roles import Principal, Role
from engine.domain.access.spaces import EVERYWHERE, Sharing
from engine.domain.errors import Unknown
from engine.usecases.access.accounts import Accounts
from engine.usecases.access.homes import Homes
from engine.usecases.engine import Engine

router = new_router("accounts")


@router.get(
    "/services/{route}/sharing",
    operation_id="read_sharing",
    responses=documented(shapes.Sharing, 404),
)
async def read_sharing(route: Route, engine: EngineDep) -> Response:
    """Read to which space a route belongs, and with which it is shared."""
    home = await _homes(engine).of(route)
    if home is None:
        raise Unknown("route", route)
    return Answer(home.shown())


@router.put(
    "/services/{route}/sharing/{space}",
    operation_id="share_route",
    responses=documented(shapes.Sharing, 400, 404),
    openapi_extra=json_body(shapes.SHARING),
)
async def share_route(
    route: Route,
    space: SpaceId,
    request: Request,
    engine: EngineDep,
    accounts: AccountsDep,
    limits: LimitsDep,
    principal: PrincipalDep,
) -> Response:
    """Share a route with another space, in which one has a role too.

    `run`: its members may see and run it. `read`: they may read its document too. It
    uses the secrets of its own space.
    """
    body = await read_fields(request, limits, shapes.SHARING)
    concerns(request, f"{route}/{space} {body['may']}")
    await _expect_other(engine, accounts, principal, route, space)
    home = await _homes(engine).share(route, space, Sharing(body["may"]))
    return Answer(home.shown())


@router.delete(
    "/services/{route}/sharing/{space}",
    operation_id="unshare_route",
    status_code=204,
    responses=documented(None, 404),
)
async def unshare_route(route: Route, space: SpaceId, engine: EngineDep) -> Response:
    """Share a route with a space no more; its tasks there stay."""
    await _homes(engine).share(route, space, None)
    return Response(status_code=204)


async def _expect_other(
    engine: Engine, accounts: Accounts, principal: Principal, route: str, space: str
) -> None:
    """Raises `Unknown` for a space that is not seen, and for the route's own."""
    expect_role(principal, Role.READER, space)
    await accounts.spaces.get(space)
    home = await _homes(engine).of(route)
    if home is None or home.space in (space, EVERYWHERE):
        raise Unknown("other space", space)


def _homes(engine: Engine) -> Homes:
    """Raises `NoAccounts`."""
    if engine.homes is None:
        raise NoAccounts()
    return engine.homes
