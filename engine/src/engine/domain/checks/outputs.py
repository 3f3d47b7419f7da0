"""What nodes give, as far as it can be known before they run."""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from engine.domain.checks.document import Document
from engine.domain.checks.level import Seen
from engine.domain.checks.offers import Offers
from engine.domain.contracts.keywords import Schema, listed
from engine.domain.contracts.paths import (
    NOTHING_KNOWN,
    OPEN,
    Found,
    Known,
    find,
    whole,
)
from engine.domain.directives import Constant, Template, Value, read_value
from engine.domain.errors import BadReference, BadValue
from engine.domain.pipeline import (
    EndNode,
    EntryNode,
    LoopNode,
    Pipeline,
    PlainNode,
    ServiceNode,
)
from engine.domain.references import Reference
from engine.domain.values import Json

MAX_STEPS = 20
"""Through nodes that hand on what others gave them."""


class Outputs:
    """The outputs of the nodes of one document."""

    def __init__(self, document: Document, offers: Offers) -> None:
        self._document = document
        self._offers = offers

    def value(self, node: Seen, given: Json, steps: int = MAX_STEPS) -> Found:
        """What stands for a value of a directive."""
        match value_of(given):
            case Reference() as reference:
                return self._referred(self.meant(node, reference), reference, steps)
            case Constant(value=constant):
                return Found((Known({"const": constant}, {}),))
            case Template():
                return Found((Known({"type": "string"}, {}),))
        # Its default may be of another type.
        return OPEN

    def _referred(self, target: Seen | None, reference: Reference, steps: int) -> Found:
        if target is None or reference.section != "out":
            return OPEN
        return find(self.of(target, steps - 1), reference.fields)

    def meant(self, node: Seen, reference: Reference) -> Seen | None:
        """The node that a reference names; None: it cannot be known."""
        if reference.node in ("node", "pipeline", node.id):
            return None
        for level in node.level.visible:
            if reference.node in level.ids:
                return level.ids[reference.node]
        return None

    def collected(self, loop: Seen, reference: Reference) -> Seen | None:
        """The node of its body that a loop collects from."""
        return loop.body.ids.get(reference.node) if loop.body else None

    def before(self, node: Seen) -> list[Known]:
        """What each node gives that leads to a node; it receives all of that."""
        found = []
        for id_ in node.level.graph.predecessors(node.id):
            # A node may follow hundreds of others.
            self._document.go_on()
            found.append(self.of(node.level.ids[id_]))
        return found

    def of(self, node: Seen, steps: int = MAX_STEPS) -> Known:
        """What a node gives; anything, where code may change it."""
        if steps <= 0 or self._is_changed(node):
            return NOTHING_KNOWN
        if node.kind is EntryNode and node.api and node.api.contract:
            schema = node.api.contract.schema
            return Known(schema, schema)
        if node.kind is ServiceNode:
            return self._of_service(node)
        if node.kind in (PlainNode, EndNode):
            return self._of_directive(node, node.raw.get("input"), steps)
        if node.kind is LoopNode and node.body:
            return self._of_loop(node, steps)
        return NOTHING_KNOWN

    def of_end(self, end: Seen) -> Known:
        """What the end gives: without `input`, what the only node before it gave."""
        before = [end.level.ids[id_] for id_ in end.level.graph.predecessors(end.id)]
        is_handed_on = end.raw.get("input") is None and not end.code
        # What leads to the end by `catch` alone has failed, and gives nothing.
        if (
            is_handed_on
            and len(before) == 1
            and end.id in listed(before[0].get("next"))
        ):
            return self.of(before[0])
        return self.of(end)

    def _is_changed(self, node: Seen) -> bool:
        """Whether code, its own or that of others, may change what it gives."""
        return bool(node.code) or not node.id or self._document.may_change(node.id)

    def _of_service(self, node: Seen) -> Known:
        offer = self._offers.routes.get(str(node.raw.get("service")))
        schema = offer.gives if offer else None
        return Known(schema, schema) if schema else NOTHING_KNOWN

    def _of_directive(self, node: Seen, directive: Json, steps: int) -> Known:
        if not isinstance(directive, Mapping):
            return NOTHING_KNOWN
        properties: dict[str, Any] = {}
        for key, given in directive.items():
            found = self.value(node, given, steps)
            properties[key] = whole(found)
        schema = {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
        return Known(schema, schema)

    def _of_loop(self, node: Seen, steps: int) -> Known:
        collect: Mapping[str, Json] = node.raw.get("collect", {})
        lists: dict[str, Any] = {}
        numbered: dict[str, Any] = {}
        for key, given in collect.items():
            one = given[0] if isinstance(given, list) and given else given
            item = whole(self._collected(node, one, steps))
            if isinstance(given, list):
                # Null where a frame has no such value.
                items = {"anyOf": [item, {"type": "null"}]} if item else {}
                lists[key] = {"type": "array", "items": items}
            else:
                numbered[f"^{re.escape(key)}(0|[1-9][0-9]*)$"] = item
        schema = {
            "type": "object",
            "properties": lists,
            "required": list(lists),
            "patternProperties": numbered,
            "additionalProperties": False,
        }
        return Known(schema, schema)

    def _collected(self, loop: Seen, given: Json, steps: int) -> Found:
        value = value_of(given)
        if not isinstance(value, Reference):
            return OPEN
        return self._referred(self.collected(loop, value), value, steps)


def value_of(given: Json) -> Value | None:
    """What an author wrote for a key; None: it cannot be read."""
    try:
        return read_value(given)
    except (BadReference, BadValue):
        return None


MAX_OUTPUT_BYTES = 64 << 10
"""Of the schema that is made of a pipeline's output."""


def output_schema(pipeline: Pipeline, offers: Offers) -> Schema | None:
    """The schema of what a pipeline gives, which follows from its end.

    None: it cannot be known.
    """
    with Document(pipeline.to_json()) as document:
        outputs = Outputs(document, offers)
        level = document.levels[0]
        known = outputs.of_end(level.ids[pipeline.end.id])
    if known is NOTHING_KNOWN:
        return None
    schema = whole(Found((known,)))
    return schema if len(orjson.dumps(schema)) <= MAX_OUTPUT_BYTES else None
