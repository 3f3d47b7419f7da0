"""Edits of documents, by syntax and scope: nothing is stored."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from engine.api import run_schemas
from engine.api.answers import Answer, EngineDep, LimitsDep, documented, json_body
from engine.api.body.models import AnyObject, read_model
from engine.api.limits import MAX_NAME_CHARACTERS
from engine.api.routers import new_router

router = new_router("edits")

NodeName = Annotated[str, Field(max_length=MAX_NAME_CHARACTERS)]


class Rename(BaseModel):
    """Which node of which document gets which id."""

    model_config = ConfigDict(extra="forbid")

    pipeline: AnyObject
    old: NodeName = Field(alias="from")
    new: NodeName = Field(alias="to")


@router.post(
    "/edits/rename",
    responses=documented(run_schemas.Renamed, 400, 413, 415),
    openapi_extra=json_body({"$ref": "#/components/schemas/Rename"}),
)
async def rename_node(
    request: Request, engine: EngineDep, limits: LimitsDep
) -> Response:
    """Give a node another id, wherever the document names it; nothing is stored.

    References, ways and code change, layout and comments of code stay. `changed` says
    where. If some code cannot be changed for certain, that is a fault, and nothing
    changes.
    """
    wanted = await read_model(request, limits, Rename)
    done = await engine.pipelines.rename(wanted.pipeline, wanted.old, wanted.new)
    changed = [one._asdict() for one in done.changed]
    return Answer({"pipeline": done.document, "changed": changed})
