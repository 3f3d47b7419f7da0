"""What a function's signature says: its files, its typed values, its result."""

import inspect
import pickle  # nosec B403  # nothing is read with it
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, get_type_hints

from service_sdk.caller import Caller
from service_sdk.docstrings import Docs, doc_in, docs_of
from service_sdk.errors import BadSignature
from service_sdk.examples import example_of, example_of_call
from service_sdk.fields import File
from service_sdk.file_parameters import (
    BlobField,
    components,
    file_parameter,
    list_of,
    without_none,
)
from service_sdk.json_schemas import Schema
from service_sdk.output_schema import output_schema
from service_sdk.progress import Progress
from service_sdk.protocol import ANY_TYPE, DATA_PART, JSON
from service_sdk.result_check import ResultCheck
from service_sdk.typed_data import Parameter, TypedData, typed_data


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A function as its callers see it."""

    function: Callable[..., object]

    blobs: Mapping[str, BlobField]

    typed: TypedData

    part: str
    """The documented name of the JSON part."""

    result_types: list[str]

    output: Schema | None
    """`outputSchema` of the announcement; None: a result can be anything."""

    result_check: ResultCheck

    docs: Docs
    """What the docstring says."""

    progress: str | None = None
    """The parameter that tells how far the work is."""

    caller: str | None = None
    """The parameter that says for whom the work is."""

    needs_caller: bool = False
    """It cannot do without."""

    @property
    def is_async(self) -> bool:
        """Whether it is written with `async def`."""
        return inspect.iscoroutinefunction(self.function)

    @property
    def keys(self) -> tuple[str, ...]:
        """The typed parameters as JSON names them."""
        return self.typed.keys

    @property
    def schema(self) -> dict[str, Any]:
        """JSON schema of the typed parameters."""
        return self.typed.schema

    def body(self, example: Mapping[str, object] | None) -> object:
        """`body` of the announcement: an example, or names of multipart fields."""
        if example:
            return example
        if not self.blobs:
            return example_of(self.schema, self.schema)

        names = list(self.blobs)
        if self.keys:
            names.append(self.part)
        return names if len(names) > 1 else names[0]

    def contract(self, example: Mapping[str, object] | None = None) -> Schema:
        """`inputSchema` of the announcement: what there may be, and what must be."""
        typed = self.typed.contract
        files = {name: blob.schema for name, blob in self.blobs.items()}
        needed = [name for name, blob in self.blobs.items() if blob.required]
        definitions = {key: typed[key] for key in ("$defs",) if key in typed}
        contract = {
            "type": "object",
            "properties": files | typed.get("properties", {}),
            "required": needed + list(self.typed.required),
            "additionalProperties": False,
            **definitions,
        }
        return {**contract, "examples": [example_of_call(contract, example)]}

    def body_type(self) -> list[list[str]]:
        """The accepted media types, in the order of `body`."""
        accepted = [
            list(blob.media_types) or [ANY_TYPE] for blob in self.blobs.values()
        ]
        if self.keys:
            accepted.append([JSON])
        return accepted


# A worker process gets the function, not its signature, and would otherwise read
# the same signature again for each piece of work.
@lru_cache
def read_signature(function: Callable[..., object], part: str | None) -> Signature:
    """Read it; `part` names the JSON part if the only key or "data" does not fit."""
    name = getattr(function, "__name__", repr(function))
    hints = _hints(function, name)
    docs = docs_of(function)
    blobs: dict[str, BlobField] = {}
    typed: list[Parameter] = []
    progress: list[str] = []
    callers: list[str] = []
    needs_caller = False

    for parameter in inspect.signature(function).parameters.values():
        _check(name, parameter, hints)
        hint = hints[parameter.name]
        description = doc_in(hint) or docs.of_names.get(parameter.name, "")
        if without_none(hint)[0] is Progress:
            progress.append(parameter.name)
            continue
        if without_none(hint)[0] is Caller:
            callers.append(parameter.name)
            needs_caller = not without_none(hint)[1]
            continue

        blob = file_parameter(name, parameter, hint, description)
        if blob:
            blobs[parameter.name] = blob
        else:
            typed.append(
                Parameter(
                    name=parameter.name,
                    type=hint,
                    default=parameter.default,
                    description=description,
                )
            )

    data = typed_data(name, typed)
    _check_names(name, blobs, data)
    _check_once(name, progress, Progress)
    _check_once(name, callers, Caller)
    only_key = data.keys[0] if len(data.keys) == 1 else DATA_PART
    result = hints.get("return", Any)
    output = output_schema(name, result, docs.of_result)
    result_types = set(_media_types(result))

    return Signature(
        function=function,
        blobs=blobs,
        typed=data,
        part=part or only_key,
        result_types=sorted(result_types) or [JSON],
        output=output,
        result_check=ResultCheck(output),
        docs=docs,
        progress=progress[0] if progress else None,
        caller=callers[0] if callers else None,
        needs_caller=needs_caller,
    )


def _hints(function: Callable[..., object], name: str) -> dict[str, Any]:
    """The types of the parameters and of the result."""
    _check_is_function(function, name)
    try:
        return get_type_hints(function, include_extras=True)
    except Exception as fault:
        # A type that is written as a text can be any expression.
        raise BadSignature(f"{name}: its types cannot be read: {fault}") from fault


def _check_is_function(function: Callable[..., object], name: str) -> None:
    """Raise `BadSignature` if a call does not give the whole result."""
    if not callable(function) or isinstance(function, type):
        raise BadSignature(f"{name} is not a function")
    is_generator = inspect.isgeneratorfunction(function)
    if is_generator or inspect.isasyncgenfunction(function):
        raise BadSignature(f"{name}: return the result, all at once; it has a yield")


def check_start_function(function: Callable[..., object]) -> None:
    """Raise `BadSignature` if the function cannot be called at the start."""
    name = getattr(function, "__name__", repr(function))
    _check_is_function(function, name)
    if inspect.iscoroutinefunction(function):
        raise BadSignature(
            f"{name}: write it with def, not async def; it is called when no event "
            "loop runs yet"
        )
    try:
        inspect.signature(function).bind()
    except TypeError as fault:
        raise BadSignature(f"{name} is called without arguments: {fault}") from None
    except ValueError:
        # A function of C need not say what it takes.
        return


def check_can_be_sent(function: Callable[..., object]) -> None:
    """Raise `BadSignature` if another process cannot be told which function it is."""
    name = getattr(function, "__qualname__", repr(function))
    try:
        pickle.dumps(function)
    except Exception as fault:
        # What is in the place of the function may be anything of the author's.
        raise BadSignature(
            f"{name} must be found in its module under its name, since processes do "
            f"the work (or set WORKER_KIND=threads): {fault}"
        ) from fault


def _check(name: str, parameter: inspect.Parameter, hints: Mapping[str, Any]) -> None:
    """Raise `BadSignature` if the engine cannot be told of the parameter."""
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        raise BadSignature(
            f"{name}: *{parameter.name} cannot be announced; "
            "give each parameter a name of its own, or take a list"
        )
    if parameter.kind is parameter.POSITIONAL_ONLY:
        raise BadSignature(
            f"{name}: {parameter.name} must be given by position; remove the /"
        )
    if parameter.name not in hints:
        raise BadSignature(f"{name}: {parameter.name} has no type; add one")


def _check_names(
    name: str,
    blobs: Mapping[str, BlobField],
    data: TypedData,
) -> None:
    """Raise `BadSignature` if two parameters could mean the same part of a request."""
    for other in (*blobs, *data.keys):
        field = list_of(other, blobs)
        if field or (other in data.keys and other in blobs):
            raise BadSignature(
                f"{name}: {other} could also be a file of {field or other}; rename one"
            )


def _check_once(name: str, parameters: list[str], kind: type) -> None:
    """Raise `BadSignature` if two parameters would be given the same thing."""
    if len(parameters) > 1:
        both = " and ".join(parameters)
        raise BadSignature(f"{name}: {both} are both a {kind.__name__}")


def _media_types(annotation: Any) -> Iterator[str]:
    """The media types of all files in the annotation of a result."""
    for component in components(annotation):
        if isinstance(component, type) and issubclass(component, File):
            yield from component.media_types or [ANY_TYPE]
