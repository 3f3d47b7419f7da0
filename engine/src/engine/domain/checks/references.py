"""Whether references can lead to a value: of a known node that ran before."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.domain.asking import read_address, read_parameter
from engine.domain.checks.document import Document
from engine.domain.checks.level import SIDES, Level, Seen
from engine.domain.directives import (
    Defaulted,
    Value,
    read_collect,
    read_value,
    references_in,
)
from engine.domain.errors import BadReference, BadValue, Fault, UnresolvedReference
from engine.domain.pipeline import RESERVED, Api, EntryNode, HttpNode
from engine.domain.references import ERROR, ITEM, PIPELINE, Reference, dig, keys_from
from engine.domain.suggestions import listed
from engine.domain.values import Json

_SIGNS_OF_TEMPLATES = "${} "
_BLANK = re.compile(r"\s")
# In one pass over the text: what is between braces has none itself.
_IN_BRACES = re.compile(r"\{[^{}]+\}")

PLACES_OF_VALUES = ("input.", "then.out.", "else.out.")
"""Where a text can be a constant: elsewhere only references have a meaning."""

MAX_SHOWN_CHARACTERS = 60
"""Of a text, in a hint."""

Read = Callable[[Json], Value]
"""Makes a value of what an author wrote; raises `BadReference`, `BadValue`."""

Words = tuple[str, str, str]
"""A code, a message and a hint."""


@dataclass(frozen=True, slots=True)
class Use:
    """A reference, where it stands, and the node it means, if there is one."""

    document: Document
    node: Seen
    field: str
    reference: Reference
    target: Seen | None
    may_lack: bool = False
    """It has a default, for the time when it leads nowhere."""

    @property
    def level(self) -> Level:
        return self.node.level

    @property
    def text(self) -> str:
        return f"“{self.reference.text}”"


def reference_faults(document: Document) -> Iterator[Fault]:
    """References that lead nowhere, as far as that can be known."""
    for node in document.nodes:
        for field, raw, read in _values(node):
            yield from _value_faults(document, node, field, raw, read)


def _values(node: Seen) -> Iterator[tuple[str, Json, Read]]:
    """What a node says of values: the place, what stands there, and how it is read."""
    outs_of_sides = (f"{side}.out" for side in SIDES)
    for field, raw in _directives(node, "input", *outs_of_sides):
        yield field, raw, read_value

    items = node.get("items")
    if isinstance(items, str):
        yield "items", items, Reference.parse

    if node.body:
        for field, raw in _directives(node, "collect"):
            yield field, raw, _collected

    if node.kind is HttpNode:
        for field, raw in _directives(node, "headers", "query"):
            yield field, raw, read_parameter
        url = node.get("url")
        if isinstance(url, str):
            yield "url", url, read_address


def _directives(node: Seen, *fields: str) -> Iterator[tuple[str, Json]]:
    """What some fields of a node give, each value with its place."""
    for field in sorted(fields):
        directive = node.get(field)
        if not isinstance(directive, dict):
            continue
        for key, value in directive.items():
            yield f"{field}.{key}", value


def _value_faults(
    document: Document,
    node: Seen,
    field: str,
    raw: Json,
    read: Read,
) -> Iterator[Fault]:
    """What is wrong with one value: its form, or the references in it."""
    # A node may have thousands of references, and each may be looked for in much data.
    document.go_on()
    try:
        value = read(raw)
    except BadReference as error:
        # An id with a dot is reported itself: what names it is not wrong as well.
        if not document.begins_with_odd_id(error.text):
            hint = _hint_for_text(document, field, error.text)
            yield node.fault(field, "bad-reference", str(error), hint)
        return
    except BadValue as error:
        code = "bad-url" if field == "url" else "bad-value"
        yield node.fault(field, code, f"“{field}”: {error.message}", error.hint)
        return

    checks = COLLECTED if read is _collected else ANYWHERE
    for reference in references_in(value):
        use = Use(
            document=document,
            node=node,
            field=field,
            reference=reference,
            target=_meant(document, node, reference, checks),
            may_lack=isinstance(value, Defaulted),
        )
        words = next(filter(None, (check(use) for check in checks)), None)
        if words:
            yield node.fault(field, *words)


def _collected(raw: Json) -> Value:
    return read_collect(raw).reference


def _hint_for_text(document: Document, field: str, text: str) -> str:
    """What to write in place of a text that is no reference."""
    if _is_template(text):
        return _as_template(text)
    hint = "write “node.out.field”, with the id of a node"
    if field.startswith(PLACES_OF_VALUES) and _is_constant(document, text):
        hint += f'; the text itself is written {{"value": {_quoted(text)}}}'
    return hint


def _is_template(text: str) -> bool:
    """Whether it has a reference in braces, and more than that.

    >>> _is_template("Hi {a.out.b}"), _is_template("${a.out.b}")
    (True, False)
    """
    found = _IN_BRACES.search(text)
    if not found:
        return False
    around = text[: found.start()] + text[found.end() :]
    return bool(around.strip(_SIGNS_OF_TEMPLATES))


def _as_template(text: str) -> str:
    return f'write {{"template": {_quoted(text)}}}'


def _quoted(text: str) -> str:
    return json.dumps(text[:MAX_SHOWN_CHARACTERS], ensure_ascii=False)


def _is_constant(document: Document, text: str) -> bool:
    """Whether a text that is no reference looks like a value, and not like a node."""
    is_name = text in document.homes or text in RESERVED
    has_form = "." in text and not _BLANK.search(text)
    return bool(text) and not has_form and not is_name


def _meant(
    document: Document, node: Seen, reference: Reference, checks: "Checks"
) -> Seen | None:
    """The node that a reference means; of those with the same id the nearest."""
    name = reference.node
    if name == PIPELINE:
        return None
    if checks is COLLECTED:
        return node.body.ids.get(name) if node.body else None
    if name in ("node", node.id):
        return node

    for level in node.level.visible:
        if name in level.ids:
            return level.ids[name]
    # One that cannot be seen from here: the fault says where it is.
    return document.homes.get(name)


def _parameter(use: Use) -> Words | None:
    """A value of the pipeline's `params` that is not there."""
    params = use.document.raw.get("params", {})
    if use.reference.node != PIPELINE or not isinstance(params, dict) or use.may_lack:
        return None

    try:
        dig(params, use.reference)
    except UnresolvedReference as error:
        hint = use.document.suggestions.hint(use.reference.fields[0], params)
        return "no-such-value", str(error), hint or "add it to “params” of the pipeline"
    return None


def _unknown(use: Use) -> Words | None:
    """A node that does not exist."""
    if use.reference.node == PIPELINE:
        return None
    if use.target or not use.document.whole:
        return None

    near = {node_id for level in use.level.visible for node_id in level.ids}
    message = f"{use.text} names “{use.reference.node}”, but there is no such node"
    if _is_template(use.reference.text):
        return "unknown-node", message, _as_template(use.reference.text)
    bare = use.reference.node.strip(_SIGNS_OF_TEMPLATES)
    if bare in near and bare != use.reference.node:
        text = use.reference.text.strip(_SIGNS_OF_TEMPLATES)
        return "unknown-node", message, f"write it bare: “{text}”"

    hint = use.document.suggestions.hint(use.reference.node, near)
    hint = hint or f"the nodes are {listed(sorted(near))}"
    if use.field.startswith(("headers.", "query.")):
        # Most texts are sent there as they are, and this one may be meant to be.
        hint += f'; to send the text itself, write {{"value": "{use.reference.text}"}}'
    return "unknown-node", message, hint


def _item(use: Use) -> Words | None:
    """The item of a loop, where there is no loop."""
    if use.reference.section != ITEM:
        return None
    if use.target and use.target.level.loop:
        return None

    message = f"{use.text} is the item of a loop, but “{use.node.id}” is in no loop"
    return "outside-loop", message, "move the node into a loop's body"


def _local(use: Use) -> Words | None:
    """`loop.X`, where X is not in the same body."""
    if not use.reference.local:
        return None

    hint = "write it without “loop.”"
    if not use.level.loop:
        return "outside-loop", f"{use.text} is used outside of a loop", hint
    if use.target and use.target.level is not use.level:
        message = f"{use.text} does not name a node of the same loop body"
        return "not-in-body", message, hint
    return None


def _hidden(use: Use) -> Words | None:
    """A node inside of another loop."""
    if use.target is None or use.target.level in use.level.visible:
        return None

    loop = use.target.level.loop
    assert loop  # nosec B101 # nodes outside of all loops are visible everywhere
    message = f"{use.text} names a node in the body of the loop “{loop.id}”"
    return "hidden-node", message, f"give it out with “collect” of “{loop.id}”"


def _early(use: Use) -> Words | None:
    """A value of a node that cannot have run before this one."""
    if use.target is None or use.reference.section not in ("out", "input", ERROR):
        return None
    if use.reference.section == ERROR and use.target is use.node:
        return None  # it is what led to the node itself

    # Seen from the level of the target, the work happens in this node, or in the
    # loop there that is around it.
    level = use.target.level
    around = (use.node, *use.level.around)
    spot = next(node for node in around if node.level is level)
    if not level.whole or spot.id not in level.reached:
        return None  # what runs before it is not known

    if use.target.id in level.before[spot.id] or _begun(use, spot):
        return None
    message = f"{use.text} has no value yet: “{use.target.id}” does not run before"
    return "not-before", message, "use the value of a node that runs before this one"


def _begun(use: Use, spot: Seen) -> bool:
    """Whether the node itself, or a loop around it, has that value by now."""
    if spot is not use.target:
        return False

    names_input = use.reference.section == "input"
    if spot is not use.node:
        # A loop around the node: it has its input, and has no output yet.
        return names_input
    if use.field.startswith("input."):
        # Its input is being prepared.
        return False
    # A loop has no output yet when its `items` are read.
    return names_input or use.field != "items"


def _uncaught(use: Use) -> Words | None:
    """The error of a node whose failure is the task's, so that nothing can read it."""
    target = use.target
    if target is None or use.reference.section != ERROR or use.may_lack:
        return None
    if target is use.node or target.get("catch") or target.kind is None:
        return None

    message = f"{use.text} is never there: if “{target.id}” fails, the task fails"
    return "no-such-value", message, f"give “{target.id}” a “catch”"


def _constant(use: Use) -> Words | None:
    """A value of `params` that is not there, unless code may put it there."""
    if use.target is None or use.reference.section != "params" or use.may_lack:
        return None

    params = use.target.raw.get("params", {})
    if use.document.mentions("params") or not isinstance(params, dict):
        return None

    try:
        dig(params, use.reference)
    except UnresolvedReference as error:
        return "no-such-value", str(error), f"add it to “params” of “{use.target.id}”"
    return None


def _request(use: Use) -> Words | None:
    """A value of the request that the entry does not announce."""
    entry = use.target
    if not entry or entry.kind is not EntryNode or use.reference.section != "out":
        return None
    if use.may_lack:
        return None

    changed_by_code = entry.code or use.document.mentions(entry.id)
    api = entry.api
    if changed_by_code or api is None or not _absent(api, use.reference.fields):
        return None

    message = f"{use.text} is not in the body that “{entry.id}” announces"
    known = listed(api.fields or api.body)
    return "no-such-value", message, f"the fields of the body are {known}"


def _absent(api: Api, fields: tuple[str, ...]) -> bool:
    """Whether a request cannot have these fields."""
    if not fields:
        return False
    if not api.fields:
        return _unlike(api.body, fields)

    # A part that is JSON brings keys of its own, which are not announced.
    if api.takes_json_part:
        return False
    return api.accepted.keys().isdisjoint(_keys(fields))


def _unlike(example: Json, fields: tuple[str, ...]) -> bool:
    """Whether nothing that looks like the example has these fields."""
    match example:
        case dict() if example and fields:
            for key, count in _keys(fields).items():
                if key in example and not _unlike(example[key], fields[count:]):
                    return False
            return True
        case str() | bool() | int() | float():
            return bool(fields)
    # An empty object, a list or null says nothing of what stands in its place.
    return False


def _keys(fields: tuple[str, ...]) -> dict[str, int]:
    """The keys that may begin some fields, and how many fields each of them takes."""
    return {key: count for count, key in enumerate(keys_from(fields), 1)}


def _uncollected(use: Use) -> Words | None:
    """A reference of `collect` to a node that is not in the body."""
    body = use.node.body
    if not body or not body.nodes or not body.whole or use.reference.node in body.ids:
        return None

    message = f"{use.text} does not name a node in the body of “{use.node.id}”"
    hint = use.document.suggestions.hint(use.reference.node, body.ids)
    return (
        "not-in-body",
        message,
        hint or f"the nodes in it are {listed(sorted(body.ids))}",
    )


# In this order: only the first that finds something speaks, and the later ones rely
# on what the earlier ones have excluded.
Checks = tuple[Callable[[Use], Words | None], ...]
ANYWHERE: Checks = (
    _parameter,
    _unknown,
    _item,
    _local,
    _hidden,
    _early,
    _uncaught,
    _constant,
    _request,
)
COLLECTED: Checks = (_uncollected, _constant)
