"""What an engine is: its version, its limits, how long it keeps tasks, who asks."""

from starlette.requests import Request
from starlette.responses import Response

from engine.api import schemas
from engine.api.answers import Answer, LimitsDep, documented
from engine.api.routers import new_router
from engine.domain.access.roles import LOCAL, Principal
from engine.domain.values import Json
from engine.program import version

router = new_router("operation")


@router.get("/about", responses=documented(schemas.About))
async def read_about(request: Request, limits: LimitsDep) -> Response:
    """Tell the version, the limits of requests, the retention and who is asking."""
    door = request.app.state.door
    asker = await door.asker(request.scope) if door else LOCAL
    return Answer(
        {
            "version": version(),
            "limits": {
                # As the settings are called.
                "max_body": limits.body_bytes,
                "max_json": limits.json_bytes,
                "max_depth": limits.json_depth,
                "max_values": limits.json_values,
                "max_parts": limits.parts,
                "max_pipeline": limits.pipeline_bytes,
                "max_call_depth": limits.call_depth,
            },
            "retention_seconds": limits.retention_seconds,
            "auth": door.mode if door else "off",
            "user": asker.name if asker else None,
            "person": _shown(asker) if asker else None,
        }
    )


def _shown(asker: Principal) -> Json:
    """Who asks, and what they may do: pages offer nothing else."""
    return {
        "id": asker.id,
        "name": asker.name,
        "administrator": asker.is_administrator,
        "roles": {space: str(role) for space, role in asker.roles.items()},
        "token": asker.credential,
        "scopes": sorted(map(str, asker.scopes)),
    }
