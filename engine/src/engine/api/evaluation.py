"""Try code against the values of a task."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from engine.api import run_schemas
from engine.api.answers import (
    Answer,
    EngineDep,
    LimitsDep,
    TaskId,
    documented,
    json_body,
)
from engine.api.body.models import read_model
from engine.api.limits import MAX_NAME_CHARACTERS, MAX_PATH_CHARACTERS
from engine.api.routers import new_router
from engine.domain.pipeline import MAX_CODE_CHARACTERS
from engine.usecases.evaluation import Trial
from engine.usecases.runs import Place

router = new_router("runs")


class Evaluate(BaseModel):
    """What is tried, and in the place of which node."""

    model_config = ConfigDict(extra="forbid")

    node: Annotated[str, Field(max_length=MAX_NAME_CHARACTERS)]
    code: Annotated[str, Field(max_length=MAX_CODE_CHARACTERS)]
    kind: Trial = Trial.EXPRESSION
    path: Annotated[
        str,
        Field(
            max_length=MAX_PATH_CHARACTERS,
            description="Of a frame, such as `faces[2]`; empty: the task",
        ),
    ] = ""


@router.post(
    "/tasks/{task}/evaluate",
    responses=documented(run_schemas.Evaluated, 400, 404, 413, 415),
    openapi_extra=json_body({"$ref": "#/components/schemas/Evaluate"}),
)
async def evaluate_code(
    task: TaskId, request: Request, engine: EngineDep, limits: LimitsDep
) -> Response:
    """Try code with the values that a task has now; nothing of it changes.

    The answer has a `value` (of more than 64 KB only the size), or a `fault`.
    """
    wanted = await read_model(request, limits, Evaluate)
    place = Place(task, wanted.path, wanted.node)
    return Answer(await engine.evaluation.evaluate(place, wanted.code, wanted.kind))
