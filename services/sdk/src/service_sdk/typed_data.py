"""The typed parameters of a function: what JSON may hold, and what it does hold."""

import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, make_dataclass
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import (
    ConfigDict,
    Field,
    PydanticSchemaGenerationError,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import PydanticSerializationError, SchemaValidator, to_json

from service_sdk.errors import BadInput, BadSignature, Fault
from service_sdk.json_schemas import (
    OWN_REFERENCE,
    SCHEMA_REFERENCE,
    schema_of,
    tidy,
)
from service_sdk.json_types import fault_of_type, strict_about_data
from service_sdk.protocol import DATA_PART

CONFIG = ConfigDict(populate_by_name=True, extra="forbid", allow_inf_nan=False)

UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
"""What Pydantic calls the fault of a key that nothing takes."""

MAX_FAULTS = 100
"""That are told of one request: it may have a million of them."""

MAX_PLACE_CHARACTERS = 500
"""Of a place in the data: keys may be as long as the body."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A typed parameter of a function."""

    name: str
    type: Any
    default: Any
    """`inspect.Parameter.empty`: it must be given."""

    description: str = ""

    def as_field(self) -> tuple[str, Any, Any]:
        """The same as a field of a dataclass."""
        described = self.type
        if self.description:
            described = Annotated[self.type, Field(description=self.description)]

        if self.default is inspect.Parameter.empty:
            return self.name, described, field()

        # A default that can change, such as a list: each call gets a copy of its own.
        if self.default.__hash__ is None:
            return self.name, described, field(default_factory=self._copy)
        return self.name, described, field(default=self.default)

    def _copy(self) -> Any:
        return deepcopy(self.default)


@dataclass(frozen=True, kw_only=True)
class TypedData:
    """All typed parameters of a function together, as one JSON object."""

    names: tuple[str, ...]
    """As Python names them."""

    keys: tuple[str, ...]
    """As JSON names them."""

    required: tuple[str, ...]
    """The keys without a default."""

    schema: dict[str, Any]
    """JSON schema of the object, as a part of the OpenAPI document."""

    contract: dict[str, Any]
    """The same by itself, for the announcement."""

    validator: SchemaValidator

    def read(
        self, values: Mapping[str, object], also_known: Iterable[str] = ()
    ) -> dict[str, object]:
        """The arguments by name; raises `BadInput` with all faults at once.

        `also_known` are names that a wrong key may have been meant for.
        """
        try:
            # As JSON: in this mode nothing but data is understood, and what JSON has
            # no type for, such as a date, is read even where its type is strict.
            read = self.validator.validate_json(to_json(values))
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False)
            known = (*self.keys, *also_known)
            shown = found[:MAX_FAULTS]
            faults = (self._fault(one, known) for one in shown)
            raise BadInput(*faults) from None
        except (PydanticSerializationError, UnicodeError) as error:
            raise BadInput.of(DATA_PART, f"not JSON: {error}") from None
        return {name: getattr(read, name) for name in self.names}

    def _fault(self, error: Any, known: Iterable[str]) -> Fault:
        steps = [str(step) for step in error["loc"]]
        place = ".".join(steps)[:MAX_PLACE_CHARACTERS]
        if error["type"] in UNKNOWN_KEY:
            names = known if len(steps) == 1 else _names_in(self.schema)
            return Fault(place, unknown(steps[-1], names))
        return Fault(place or DATA_PART, error["msg"])


def unknown(name: str, known: Iterable[str]) -> str:
    """What is said of a key or part that nothing takes.

    >>> unknown("secnds", ["seconds"]), unknown("x", ["a", "b"]), unknown("x", [])
    ('unknown; did you mean “seconds”?', 'unknown; known are a, b', 'unknown')
    """
    known = list(known)
    close = get_close_matches(name, known, n=1)
    if close:
        return f"unknown; did you mean “{close[0]}”?"
    if known:
        return f"unknown; known are {', '.join(known)}"
    return "unknown"


def typed_data(function: str, parameters: Sequence[Parameter]) -> TypedData:
    """How the parameters are read; raises `BadSignature` if JSON cannot hold them."""
    for parameter in parameters:
        _check(function, parameter)

    adapter = _adapter(function, parameters)
    schema = schema_of(adapter, SCHEMA_REFERENCE)
    keys = tuple(schema.get("properties", {}))
    if len(keys) < len(parameters):
        raise BadSignature(f"{function}: two parameters have the same name in JSON")

    return TypedData(
        names=tuple(parameter.name for parameter in parameters),
        keys=keys,
        required=tuple(schema.get("required", ())),
        schema=schema,
        contract=tidy(schema_of(adapter, OWN_REFERENCE)),
        validator=_strict_validator(adapter),
    )


def _strict_validator(adapter: TypeAdapter[Any]) -> SchemaValidator:
    schema = strict_about_data(adapter.core_schema)
    # False: not with the validators that models have already, which let more pass.
    return SchemaValidator(schema, None, False)


def _check(function: str, parameter: Parameter) -> None:
    """Raise `BadSignature` if no value of the parameter can come from JSON."""
    try:
        adapter = _adapter(function, [parameter])
        found = fault_of_type(adapter.core_schema)
        if not found:
            schema_of(adapter, OWN_REFERENCE)
    except PydanticSchemaGenerationError as fault:
        raise BadSignature(
            f"{function}: {parameter.name}: JSON has no form for {parameter.type}; "
            "take text, numbers, lists, dataclasses, models; for a file use File"
        ) from fault
    except Exception as fault:
        # The types are the author's, and may raise anything.
        found = str(fault).partition("\n")[0]
        raise BadSignature(f"{function}: {parameter.name}: {found}") from fault

    if found:
        raise BadSignature(f"{function}: {parameter.name}: {found}")


def _adapter(function: str, parameters: Sequence[Parameter]) -> TypeAdapter[Any]:
    """Reads all parameters at once, so that every fault is found."""
    fields = [parameter.as_field() for parameter in parameters]
    namespace = {"__pydantic_config__": CONFIG}
    made = make_dataclass(function, fields, kw_only=True, namespace=namespace)
    return TypeAdapter(made)


def _names_in(schema: Mapping[str, Any]) -> Iterator[str]:
    """The names of all fields inside the typed data."""
    for definition in schema.get("$defs", {}).values():
        yield from definition.get("properties", ())
