"""JSON bodies that are read by a model: what is wrong with them is told by field."""

from collections.abc import Mapping
from itertools import islice
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, PlainValidator, ValidationError, WithJsonSchema
from pydantic_core import PydanticKnownError
from starlette.requests import Request

from engine.api.body.receiving import read_json
from engine.api.limits import MAX_FAULTS, ApiLimits
from engine.domain.checks.words import parameter_said
from engine.domain.errors import Fault, InvalidInput

Model = TypeVar("Model", bound=BaseModel)


def _object(value: Any) -> Any:
    if not isinstance(value, dict):
        raise PydanticKnownError("dict_type")
    return value


AnyObject = Annotated[
    dict[str, Any],
    PlainValidator(_object),
    WithJsonSchema({"type": "object", "additionalProperties": True}),
]
"""An object of which nothing is asked. A model would copy it, key by key, in one go: of
the largest body that keeps the event loop for twenty milliseconds."""


async def read_model(request: Request, limits: ApiLimits, model: type[Model]) -> Model:
    """The body of a request as a model; raises `InvalidInput`."""
    body = await read_json(request, limits)
    try:
        return model.model_validate(_without_more(body, model))
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


def _without_more(body: Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """The body without keys that nobody is told of any more.

    The model would make a fault of each key that it does not know, and there may be
    tens of thousands.

    >>> class Named(BaseModel):
    ...     name: str
    >>> len(_without_more({"name": 1} | {str(at): at for at in range(10_000)}, Named))
    101
    """
    fields = model.model_fields.items()
    known = {field.alias or name for name, field in fields} & body.keys()
    others = islice((key for key in body if key not in known), MAX_FAULTS)
    return {key: body[key] for key in (*known, *others)}
