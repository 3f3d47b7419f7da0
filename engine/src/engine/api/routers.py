"""A router for the endpoints of a module: all of them are behind the door."""

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from starlette.requests import Request

from engine.api.answers import Answer
from engine.domain.access.table import right_of


async def _permitted(request: Request) -> None:
    """The dependency of every route of FastAPI."""
    door = request.app.state.door
    # Without accounts there is no door.
    if door is not None:
        right = right_of(request.method, request.scope["route"].path)
        await door.admit(request.scope, right)


def new_router(*tags: str, in_schema: bool = True) -> APIRouter:
    """Its routes ask the door first, and answer as all others do.

    All is said here, and nothing when they are included: so they are made once, and not
    again for each application.
    """
    return APIRouter(
        tags=list(tags),
        dependencies=[Depends(_permitted)],
        default_response_class=Answer,
        generate_unique_id_function=_name,
        include_in_schema=in_schema,
    )


def _name(route: APIRoute) -> str:
    """The names of handlers are those of operations: clients are made of them, so they
    do not change."""
    return route.name
