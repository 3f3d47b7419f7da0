"""What can be wrong with the use of a reference: each check finds one kind."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.domain.checks.document import Document
from engine.domain.checks.level import Level, Seen
from engine.domain.checks.texts import SIGNS_OF_TEMPLATES, as_template, is_template
from engine.domain.entry_api import Api
from engine.domain.errors import UnresolvedReference
from engine.domain.pipeline import EntryNode
from engine.domain.references import ERROR, ITEM, PIPELINE, Reference, dig, keys_from
from engine.domain.suggestions import listed
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
    may_lack: bool = False
    """It has a default, for the time when it leads nowhere."""

    @property
    def level(self) -> Level:
        return self.node.level

    @property
    def text(self) -> str:
        return f"“{self.reference.text}”"


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
    if is_template(use.reference.text):
        return "unknown-node", message, as_template(use.reference.text)
    bare = use.reference.node.strip(SIGNS_OF_TEMPLATES)
    if bare in near and bare != use.reference.node:
        text = use.reference.text.strip(SIGNS_OF_TEMPLATES)
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
