"""What an entry takes and gives: the `api` of a pipeline or a service."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from engine.domain.contracts.contract import Contract
from engine.domain.contracts.derived import (
    body_of,
    body_types_of,
    input_schema_of,
    output_schema_of,
    result_types_of,
)
from engine.domain.contracts.keywords import Schema
from engine.domain.media_types import JSON, accepts
from engine.domain.pipeline_model import PipelineModel


def _not_a_call_of_the_engine(route: str) -> str:
    # `POST /services/validate` checks a document: a route of that name would hide it.
    if route == "validate":
        raise PydanticCustomError("string_pattern_mismatch", "the engine's own")
    return route


ROUTE_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
Route = Annotated[
    str,
    Field(pattern=ROUTE_NAME),
    AfterValidator(_not_a_call_of_the_engine),
]


def _types(value: Any) -> Any:
    """Media types as a list, from `["image/png"]` or the old `"[image/png, …]"`."""
    if isinstance(value, str):
        names = (name.strip() for name in value.strip("[] ").split(","))
        return tuple(name for name in names if name)
    if isinstance(value, list):
        return tuple(value)
    return value


class Api(PipelineModel):
    """What callers are told of a route: its name, what it takes, what it does."""

    route: Route
    body: dict[str, Any] | Annotated[str, Field(min_length=1)] | tuple[str, ...] = {}
    summary: str = ""
    description: str = ""
    body_type: tuple[tuple[str, ...], ...] = Field((), alias="bodyType")
    result_type: Any = Field(None, alias="resultType")
    tags: tuple[str, ...] = ()
    output: Any = None
    input_schema: dict[str, Any] | None = Field(None, alias="inputSchema")
    output_schema: dict[str, Any] | None = Field(None, alias="outputSchema")

    @field_validator("body_type", mode="before")
    @classmethod
    def _types_by_field(cls, value: Any, info: ValidationInfo) -> Any:
        """Every field has its list; a flat one is that of the only field."""
        if isinstance(value, str):
            return (_types(value),)
        if not value or not isinstance(value, (list, tuple)):
            return value

        body = info.data.get("body")
        several_fields = isinstance(body, tuple) and len(body) > 1
        flat = all(isinstance(t, str) and not t.startswith("[") for t in value)

        if flat and not several_fields:
            return (tuple(value),)
        return tuple(_types(entry) for entry in value)

    @model_validator(mode="after")
    def _each_from_the_other(self) -> "Api":
        """What is not said follows from the schemas; the document stays as it is."""
        given = self.model_fields_set
        contract = self.contract
        if contract and "body" not in given:
            # Set past the model, which is frozen and would count them as given.
            self.__dict__["body"] = body_of(contract)
            if "body_type" not in given:
                self.__dict__["body_type"] = body_types_of(contract)
        if self.output_schema and "result_type" not in given:
            self.__dict__["result_type"] = result_types_of(self.output_schema)
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the parts a multipart body has; none: the body is JSON."""
        if isinstance(self.body, str):
            return (self.body,)
        if isinstance(self.body, tuple):
            return self.body
        return ()

    @cached_property
    def accepted(self) -> Mapping[str, tuple[str, ...]]:
        """By field, the media types that it accepts; none: any.

        Made once: it is asked for every field, and there may be thousands.
        """
        accepted: dict[str, tuple[str, ...]] = dict.fromkeys(self.fields, ())
        # Not strict: fields at the end of the list may have no types.
        accepted.update(zip(self.fields, self.body_type, strict=False))
        return accepted

    @cached_property
    def contract(self) -> Contract | None:
        """What goes in, where a schema says it; None: `body` says it."""
        if self.input_schema is None:
            return None
        return Contract.of_input(self.input_schema)

    @cached_property
    def result_contract(self) -> Contract | None:
        """What comes out; None: nothing is said."""
        if self.output_schema is None:
            return None
        return Contract(self.output_schema)

    @cached_property
    def takes(self) -> Schema:
        """The schema of what goes in, made from `body` where there is no other."""
        if self.input_schema is not None:
            return self.input_schema
        return input_schema_of(self.body, self.accepted)

    @cached_property
    def gives(self) -> Schema | None:
        """The schema of what comes out, made from the example where there is one."""
        return self.output_schema or output_schema_of(self.output)

    def list_field(self, part: str) -> str | None:
        """The field whose list the file of a part joins; None: it is no list's."""
        field = self.contract.list_field(part) if self.contract else None
        return field if field in self.accepted else None

    def may_lack(self, field: str) -> bool:
        """Whether a field may be left out of a body in parts."""
        return self.contract is not None and field not in self.contract.required

    def takes_part_of(self, key: str) -> bool:
        """Whether a part may be named after a key of the typed data."""
        return self.contract is not None and key in self.contract.typed_keys

    def types_of(self, field: str) -> tuple[str, ...]:
        """The media types that a field accepts; none: any."""
        return self.accepted.get(field, ())

    @cached_property
    def takes_json_part(self) -> bool:
        """Whether a part may be JSON: it brings keys of its own, with other names."""
        return any(accepts(types, JSON) for types in self.accepted.values())
