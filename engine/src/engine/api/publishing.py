"""To which space goes what somebody publishes, and what they see of other routes."""

from functools import partial
from typing import NamedTuple

from starlette.requests import Request

from engine.api.call import parse_query
from engine.api.limits import MAX_NAME_CHARACTERS
from engine.api.principals import principal_in
from engine.domain.access.placing import publishing_space
from engine.domain.errors import Unknown
from engine.domain.protocol import SPACE
from engine.usecases.access.homes import Choose, Sees, everything, for_main
from engine.usecases.engine import Engine


class Publisher(NamedTuple):
    """What publishing needs to know of who does it."""

    choose: Choose
    sees: Sees


async def publisher(request: Request, engine: Engine) -> Publisher:
    """Who publishes. The query may name the space; raises `Unknown` for its name."""
    if engine.homes is None or engine.accounts is None:
        return Publisher(for_main, everything)

    principal = principal_in(request.scope)
    wanted = wanted_space(request.scope["query_string"])
    if wanted and principal.is_administrator:
        await engine.accounts.spaces.get(wanted)
    sees = await engine.homes.seen_by(principal)
    return Publisher(partial(publishing_space, principal, wanted), sees)


async def seen_routes(request: Request, engine: Engine) -> Sees:
    """Which routes who asks sees in lists."""
    if engine.homes is None:
        return everything
    return await engine.homes.seen_by(principal_in(request.scope))


def wanted_space(query: bytes) -> str:
    """The space that a query names; empty: none. Raises `Unknown`."""
    space = parse_query(query).get(SPACE, "")
    if len(space) > MAX_NAME_CHARACTERS:
        raise Unknown("space", space)
    return space
