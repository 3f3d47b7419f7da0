"""Whether references can lead to a value: of a known node that ran before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.domain.checks.document import SIDES, Document, Level, Seen
from engine.domain.checks.nodes import readable_api
from engine.domain.errors import BadReference, Fault, UnresolvedReference
from engine.domain.media_types import JSON, accepts
from engine.domain.pipeline import Api, EntryNode
from engine.domain.references import ITEM, Reference, dig
from engine.domain.values import Json

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

    @property
    def level(self) -> Level:
        return self.node.level

    @property
    def text(self) -> str:
        return f"“{self.reference.text}”"


def reference_faults(document: Document) -> Iterator[Fault]:
    """References that lead nowhere, as far as that can be known."""
    for node in document.nodes:
        for field, value in _directives(node, "input", *(f"{s}.out" for s in SIDES)):
            yield from _checked(document, node, field, value, ANYWHERE)
        if isinstance(items := node.get("items"), str):
            yield from _checked(document, node, "items", items, ANYWHERE)
        if node.body:
            for field, value in _directives(node, "collect"):
                yield from _checked(document, node, field, value, COLLECTED)


def _directives(node: Seen, *fields: str) -> Iterator[tuple[str, str]]:
    for field in sorted(fields):
        if isinstance(directive := node.get(field), dict):
            for key, value in directive.items():
                if isinstance(value, str):
                    yield f"{field}.{key}", value


def _checked(
    document: Document, node: Seen, field: str, text: str, checks: "Checks"
) -> Iterator[Fault]:
    """The first thing that is wrong with a reference."""
    try:
        reference = Reference.parse(text)
    except BadReference as error:
        if not any(text.startswith(f"{id_}.") for id_ in document.odd_ids):
            hint = "write “node.out.field”, with the id of a node"
            yield node.fault(field, "bad-reference", str(error), hint)
        return
    target = _meant(document, node, reference.node, checks)
    use = Use(document, node, field, reference, target)
    if words := next(filter(None, (check(use) for check in checks)), None):
        yield node.fault(field, *words)


def _meant(document: Document, node: Seen, name: str, checks: "Checks") -> Seen | None:
    """The node that a name stands for; of namesakes the nearest."""
    if checks is COLLECTED:
        return node.body.ids.get(name) if node.body else None
    if name in ("node", node.id):
        return node
    near = (level.ids[name] for level in _visible(node.level) if name in level.ids)
    return next(near, document.homes.get(name))


def _unknown(use: Use) -> Words | None:
    if use.target or not use.document.whole:
        return None
    near = {id_ for level in _visible(use.level) for id_ in level.ids}
    message = f"{use.text} names “{use.reference.node}”, which is no node"
    hint = use.document.suggestion(use.reference.node, near)
    return "unknown-node", message, hint


def _visible(level: Level) -> Iterator[Level]:
    yield level
    yield from (loop.level for loop in level.around)


def _item(use: Use) -> Words | None:
    home = use.target and use.target.level
    if use.reference.section != ITEM or (home and home.loop):
        return None
    message = f"{use.text} is the item of a loop, but this is in no loop"
    return "outside-loop", message, "move the node into a loop's body"


def _local(use: Use) -> Words | None:
    if not use.reference.local:
        return None
    if not use.level.loop:
        hint = "write it without “loop.”"
        return "outside-loop", f"{use.text} stands in no loop", hint
    if use.target and use.target.level is not use.level:
        message = f"{use.text} names no node of the same loop body"
        return "not-in-body", message, "write it without “loop.”"
    return None


def _hidden(use: Use) -> Words | None:
    if use.target is None or use.target.level in _visible(use.level):
        return None
    loop = use.target.level.loop
    assert loop  # nosec B101 # nodes outside of all loops are visible everywhere
    message = f"{use.text} names a node in the body of the loop “{loop.id}”"
    return "hidden-node", message, f"let “collect” of “{loop.id}” hand it out"


def _early(use: Use) -> Words | None:
    """A value of a node that cannot have run before this one."""
    if use.target is None or use.reference.section not in ("out", "input"):
        return None
    level = use.target.level
    spots = (node for node in (use.node, *use.level.around) if node.level is level)
    spot = next(spots)
    if not level.whole or spot.id not in level.reached:
        return None
    if use.target.id in level.before[spot.id] or _begun(use, spot):
        return None
    message = f"{use.text} is not there yet: “{use.target.id}” does not come before"
    hint = "take the value of a node that leads here"
    return "not-before", message, hint


def _begun(use: Use, spot: Seen) -> bool:
    """Whether the node itself, or a loop around it, has that value by now."""
    if spot is not use.target:
        return False
    if spot is not use.node:
        return use.reference.section == "input"
    if use.field.startswith("input."):
        return False
    return use.reference.section == "input" or use.field != "items"


def _constant(use: Use) -> Words | None:
    """A part of `params` that is not there, unless code may put it there."""
    if use.target is None or use.reference.section != "params":
        return None
    params = use.target.raw.get("params", {})
    if "params" in use.document.code or not isinstance(params, dict):
        return None
    try:
        dig(params, use.reference)
    except UnresolvedReference as error:
        return "no-such-value", str(error), f"add it to “params” of “{use.target.id}”"
    return None


def _request(use: Use) -> Words | None:
    """A part of the request that the entry does not announce."""
    entry = use.target
    if not entry or entry.kind is not EntryNode or use.reference.section != "out":
        return None
    changed = entry.code or entry.id in use.document.code
    api = readable_api(entry)
    if changed or api is None or not _absent(api, use.reference.fields):
        return None
    message = f"{use.text} is not in the body that “{entry.id}” announces"
    known = ", ".join(api.fields or api.body)
    return "no-such-value", message, f"the body has {known}"


def _absent(api: Api, fields: tuple[str, ...]) -> bool:
    if not fields:
        return False
    if not api.fields:
        return _unlike(api.body, fields)
    starts = {".".join(fields[:count]) for count in range(1, len(fields) + 1)}
    sure = not any(accepts(api.types_of(field), JSON) for field in api.fields)
    return sure and starts.isdisjoint(api.fields)


def _unlike(example: Json, fields: tuple[str, ...]) -> bool:
    """Whether nothing that looks like the example has these fields."""
    match example:
        case dict() if example and fields:
            names = {".".join(fields[:n]): n for n in range(1, len(fields) + 1)}
            ways = [(example[k], fields[n:]) for k, n in names.items() if k in example]
            return all(_unlike(inner, rest) for inner, rest in ways)
        case str() | bool() | int() | float():
            return bool(fields)
    return False


def _uncollected(use: Use) -> Words | None:
    body = use.node.body
    if not body or not body.nodes or not body.whole or use.reference.node in body.ids:
        return None
    message = f"{use.text} names no node of the body of “{use.node.id}”"
    return "not-in-body", message, use.document.suggestion(use.reference.node, body.ids)


Checks = tuple[Callable[[Use], Words | None], ...]
ANYWHERE: Checks = (_unknown, _item, _local, _hidden, _early, _constant, _request)
COLLECTED: Checks = (_uncollected, _constant)
