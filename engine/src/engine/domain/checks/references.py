"""Whether references can lead to a value: of a known node that ran before."""

from collections.abc import Iterator

from engine.domain.checks.document import Document
from engine.domain.checks.level import Seen
from engine.domain.checks.texts import hint_for_text
from engine.domain.checks.uses import ANYWHERE, COLLECTED, Checks, Use
from engine.domain.checks.values import Read, collected, values_of
from engine.domain.directives import Defaulted, references_in
from engine.domain.errors import BadReference, BadValue, Fault
from engine.domain.references import PIPELINE, Reference
from engine.domain.values import Json


def reference_faults(document: Document) -> Iterator[Fault]:
    """References that lead nowhere, as far as that can be known."""
    for node in document.nodes:
        for field, raw, read in values_of(node):
            yield from _value_faults(document, node, field, raw, read)


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
            hint = hint_for_text(document, field, error.text)
            yield node.fault(field, "bad-reference", str(error), hint)
        return
    except BadValue as error:
        code = "bad-url" if field == "url" else "bad-value"
        yield node.fault(field, code, f"“{field}”: {error.message}", error.hint)
        return

    checks = COLLECTED if read is collected else ANYWHERE
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
