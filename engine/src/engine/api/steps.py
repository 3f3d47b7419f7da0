"""Steps over all pipelines: which of them call a route, and which bear a word."""

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from engine.api import schemas
from engine.api.answers import Answer, EngineDep, documented
from engine.api.limits import MAX_NAME_CHARACTERS
from engine.api.principals import PrincipalDep
from engine.api.routers import new_router
from engine.domain.access import placing
from engine.domain.schedule import Schedule
from engine.domain.values import Json
from engine.ports import Current
from engine.usecases.call_time import beside
from engine.usecases.found_steps import (
    MAX_PIPELINES,
    Found,
    bearers,
    callers,
    step_lines,
)

router = new_router("routes")


@router.get("/steps", responses=documented(schemas.FoundSteps))
async def find_steps(
    request: Request,
    engine: EngineDep,
    principal: PrincipalDep,
    calls: Annotated[str, Query(max_length=MAX_NAME_CHARACTERS)] = "",
    text: Annotated[str, Query(max_length=MAX_NAME_CHARACTERS)] = "",
) -> Response:
    """Find the pipelines that call a route by name, or with words in their steps.

    `calls` is a route; else all words of `text` are looked for in the id, the kind, the
    service and the address of each step. Only pipelines whose documents may be read are
    told; of others that call it who may change the route learns the number. So it is
    with the schedules that start it.
    """
    homes = await engine.homes.all() if engine.homes else None
    rows = await engine.pipelines.live(step_lines)
    pieces = [(row, piece) for row, piece in rows if row.owner == "pipeline"]

    def may_read(row: Current) -> bool:
        return homes is None or placing.reads(principal, homes.get(row.route))

    def may_edit(route: str) -> bool:
        return homes is None or placing.edits(principal, homes.get(route))

    # A thousand pipelines take some hundredths of a second: the others go on meanwhile.
    if calls:
        found = await beside(callers, pieces, calls)
    else:
        found = await beside(bearers, pieces, text)
    starting = await engine.schedules.starting(calls) if calls else []
    schedules = [
        one
        for one in starting
        if homes is None or placing.changes_schedule(principal, one.space)
    ]
    shown = [one for one in found if may_read(one.row)]
    tells = calls != "" and may_edit(calls)
    return Answer(
        {
            "pipelines": [
                _line(one, may_edit(one.row.route)) for one in shown[:MAX_PIPELINES]
            ],
            "total": len(shown),
            "hidden": len(found) - len(shown) if tells else 0,
            "schedules": [_starting(one) for one in schedules],
            "hidden_schedules": len(starting) - len(schedules) if tells else 0,
        }
    )


def _starting(schedule: Schedule) -> Json:
    wish = schedule.wish
    return {
        "id": schedule.id,
        "cron": wish.cron,
        "timezone": wish.timezone,
        "paused": wish.paused,
    }


def _line(found: Found[Current], may_edit: bool) -> Json:
    return {
        "route": found.row.route,
        "version": found.row.version,
        "may_edit": may_edit,
        "steps": [step._asdict() for step in found.steps],
        "total": found.total,
    }
