"""JSON bodies that are read by a model: what is wrong with them is told by field."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from engine.api.body.receiving import read_json
from engine.api.limits import MAX_FAULTS, ApiLimits
from engine.domain.checks.words import parameter_said
from engine.domain.errors import Fault, InvalidInput

Model = TypeVar("Model", bound=BaseModel)


async def read_model(request: Request, limits: ApiLimits, model: type[Model]) -> Model:
    """The body of a request as a model; raises `InvalidInput`."""
    body = await read_json(request, limits)
    try:
        return model.model_validate(body)
    except ValidationError as error:
        faults = [
            Fault(
                code=fault["type"],
                message=parameter_said(fault),
                field=".".join(map(str, fault["loc"])),
            )
            for fault in error.errors(include_url=False)[:MAX_FAULTS]
        ]
        raise InvalidInput(faults) from None
