"""The pipeline document: seven kinds of nodes, their fields, its JSON form."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any, Literal, TypeAlias

import orjson
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from engine.domain.asking import Asking
from engine.domain.contracts.keywords import pattern_count
from engine.domain.contracts.patterns import PATTERN_BYTES
from engine.domain.directives import Collect, Value, read_collect, read_values
from engine.domain.entry_api import Api, Route
from engine.domain.errors import Fault, InvalidPipeline
from engine.domain.pipeline_model import PipelineModel
from engine.domain.references import Reference
from engine.domain.values import Json

LOOP_END = "loopEnd"
"""What a node of a loop's body leads to in order to end the frame of the item."""
RESERVED = frozenset({"node", "pipeline", "input", "loop", LOOP_END})
"""Ids that no node can have: code and references use these names otherwise."""

# Measured on documents of 40 kB to 600 kB, ready to run: 7 to 13 bytes for a byte of
# JSON, and beside that two kilobytes for each node and its place in the graph.
MEMORY_PER_JSON_BYTE = 13
NODE_BYTES = 2_000

MAX_NODES = 1000
MAX_CODE_CHARACTERS = 8192
MAX_RETRIES = 100
ONE_WEEK_SECONDS = 7 * 24 * 3600

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
"""Of a `delay`, as authors write them and as `timedelta` calls them."""
_DELAY = re.compile(r"\d{1,9}(\.\d{1,3})?[smhd]", re.ASCII)


def _expect_delay(text: str) -> str:
    found = _DELAY.fullmatch(text)
    if not found:
        raise PydanticCustomError("bad_delay", "no span of time")
    if span_of(text).total_seconds() > ONE_WEEK_SECONDS:
        raise PydanticCustomError("long_delay", "more than a week")
    return text


def span_of(delay: str) -> timedelta:
    """How long a `delay` is.

    >>> span_of("1.5h")
    datetime.timedelta(seconds=5400)
    """
    return timedelta(**{UNITS[delay[-1]]: float(delay[:-1])})


NODE_ID = r"^[A-Za-z_][A-Za-z0-9_-]{0,99}$"
NodeId = Annotated[str, Field(pattern=NODE_ID)]
Code = Annotated[str, Field(min_length=1, max_length=MAX_CODE_CHARACTERS)]
Seconds = Annotated[float, Field(gt=0, le=ONE_WEEK_SECONDS)]
Delay = Annotated[str, AfterValidator(_expect_delay)]
Retries = Annotated[int, Field(ge=0, le=MAX_RETRIES)]
Directive: TypeAlias = dict[str, Any]
"""By key, what goes there, as the author wrote it (`directives.py`)."""


class AnyNode(PipelineModel):
    """What every node has, of whatever kind."""

    id: NodeId
    type: str
    params: dict[str, Any] = {}
    input: Directive | None = None
    next: tuple[str, ...] = ()
    catch: tuple[str, ...] = ()
    delay: Delay | None = None
    ready: Code | None = None
    before: Code | None = None
    after: Code | None = None
    description: str = ""
    position: dict[str, float] | None = None

    @cached_property
    def wait(self) -> timedelta | None:
        """How long it waits before it starts; None: it has no `delay`."""
        return None if self.delay is None else span_of(self.delay)

    @cached_property
    def inputs(self) -> Mapping[str, Value] | None:
        """Its `input`, ready to use; None: it has none."""
        return None if self.input is None else read_values(self.input)


class PlainNode(AnyNode):
    """Copies its input; its code can add to it."""

    type: Literal["node"]


class EntryNode(AnyNode):
    """Where a task begins: its output is the data of the request."""

    type: Literal["entry"]
    api: Api


class EndNode(AnyNode):
    """Where a task ends: its input is the result."""

    type: Literal["end"]


class ServiceNode(AnyNode):
    """Work done elsewhere; the result comes by callback."""

    type: Literal["service"]
    url: str | None = None
    service: Route | None = None
    timeout: Seconds | None = None
    retry: Retries | None = None

    @model_validator(mode="after")
    def _one_address(self) -> "ServiceNode":
        if (self.url is None) == (self.service is None):
            raise ValueError("name either a `service` or a `url`")
        return self


class HttpNode(AnyNode):
    """A request to any HTTP interface; the answer is the output."""

    type: Literal["http"]
    url: str
    verb: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    headers: dict[str, Any] = {}
    query: dict[str, Any] = {}
    send: Literal["json", "form", "multipart"] | None = None
    answer: Literal["body", "full"] = "body"
    timeout: Seconds | None = None
    retry: Retries | None = None

    @cached_property
    def asking(self) -> Asking:
        """Its `url`, `query` and `headers`, ready to use."""
        return Asking.read(self.url, self.query, self.headers)


class Side(PipelineModel):
    """One outcome of a branch."""

    next: tuple[str, ...] | None = None
    out: Directive | None = None
    exec: Code | None = None

    @cached_property
    def outs(self) -> Mapping[str, Value]:
        """Its `out`, ready to use."""
        return read_values(self.out or {})


def _side(value: Any) -> Any:
    return {"exec": value} if isinstance(value, str) else value


class BranchNode(AnyNode):
    """Chooses a side."""

    type: Literal["branch"]
    if_: Code = Field(alias="if")
    then: Annotated[Side, BeforeValidator(_side)] = Side()
    else_: Annotated[Side, BeforeValidator(_side)] = Field(Side(), alias="else")

    def next_of(self, side: Side) -> tuple[str, ...]:
        """Where a side leads: its own `next`, else the node's."""
        return self.next if side.next is None else side.next


class LoopNode(AnyNode):
    """Runs its body once for every item."""

    type: Literal["loop"]
    items: str
    nodes: Annotated[tuple["Node", ...], Field(min_length=1)]
    collect: Directive = {}
    concurrency: Annotated[int, Field(ge=1, le=1000)] | None = None

    @cached_property
    def list_of_items(self) -> Reference:
        """Its `items`, ready to use."""
        return Reference.parse(self.items)

    @cached_property
    def collects(self) -> Mapping[str, Collect]:
        """Its `collect`, ready to use."""
        return {key: read_collect(value) for key, value in self.collect.items()}


Caller: TypeAlias = ServiceNode | HttpNode
Node: TypeAlias = Annotated[
    PlainNode | EntryNode | EndNode | ServiceNode | HttpNode | BranchNode | LoopNode,
    Field(discriminator="type"),
]
LoopNode.model_rebuild()

KINDS: Mapping[str, type[AnyNode]] = {
    "node": PlainNode,
    "entry": EntryNode,
    "end": EndNode,
    "service": ServiceNode,
    "http": HttpNode,
    "branch": BranchNode,
    "loop": LoopNode,
}


def field_names(kind: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a node, or of another piece, as authors spell them."""
    return tuple(f.alias or name for name, f in kind.model_fields.items())


def _count(nodes: tuple[Node, ...]) -> int:
    """How many nodes there are, those of bodies included."""
    inner = (_count(node.nodes) for node in nodes if isinstance(node, LoopNode))
    return len(nodes) + sum(inner)


def _called(nodes: tuple[Node, ...]) -> Iterator[str]:
    """The routes that nodes call by name, those of bodies included."""
    for node in nodes:
        if isinstance(node, LoopNode):
            yield from _called(node.nodes)
        elif isinstance(node, ServiceNode) and node.service:
            yield node.service


def fingerprint(document: Json) -> str:
    """The same for the same content, in whatever order its keys were written.

    >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    True
    """
    text = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()[:16]


class Pipeline(PipelineModel):
    """A directed graph of nodes, called by the route of its entry."""

    type: Literal["pipeline"] = "pipeline"
    nodes: Annotated[tuple[Node, ...], Field(min_length=1, max_length=MAX_NODES)]
    params: dict[str, Any] = {}

    @cached_property
    def entry(self) -> EntryNode:
        return next(node for node in self.nodes if isinstance(node, EntryNode))

    @cached_property
    def end(self) -> EndNode:
        return next(node for node in self.nodes if isinstance(node, EndNode))

    @cached_property
    def route(self) -> str:
        return self.entry.api.route

    @cached_property
    def version(self) -> str:
        """The fingerprint of the document: the same content is the same version."""
        return fingerprint(self.to_json())

    @property
    def called(self) -> tuple[str, ...]:
        """The routes that its nodes call, each once, in the order of the nodes."""
        return tuple(dict.fromkeys(_called(self.nodes)))

    @cached_property
    def memory(self) -> int:
        """Bytes of memory that it takes ready to run, roughly."""
        json_bytes = len(orjson.dumps(self.to_json()))
        api = self.entry.api
        contracts = [one for one in (api.contract, api.result_contract) if one]
        patterns = sum(pattern_count(one.schema) for one in contracts)
        return (
            json_bytes * MEMORY_PER_JSON_BYTE
            + _count(self.nodes) * NODE_BYTES
            + patterns * PATTERN_BYTES
        )

    @classmethod
    def from_json(cls, document: Json) -> "Pipeline":
        """Read a document whose shape is right; raises `InvalidPipeline`."""
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            faults = [_fault(found) for found in error.errors()]
            raise InvalidPipeline(faults) from None


def _fault(error: Any) -> Fault:
    place = ".".join(str(step) for step in error["loc"])
    return Fault(error["type"], error["msg"], field=place or None)
