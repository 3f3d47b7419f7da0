"""Whether nodes call what there is, with what it takes, and use what it gives.

An error is what cannot work with the services as they announce themselves now. What
depends on a service that is not announced now is a warning.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.domain.checks.document import Document
from engine.domain.checks.level import Seen
from engine.domain.checks.offers import Offer, Offers
from engine.domain.checks.outputs import Outputs, value_of
from engine.domain.checks.own_output import own_output_faults
from engine.domain.checks.values import collected, values_of
from engine.domain.contracts.constants import constant_faults
from engine.domain.contracts.contract import Contract
from engine.domain.contracts.fitting import misfit
from engine.domain.contracts.paths import Known, find, names
from engine.domain.directives import Constant, Defaulted, references_in
from engine.domain.errors import WARNING, Fault
from engine.domain.pipeline import ServiceNode
from engine.domain.references import Reference
from engine.domain.suggestions import listed
from engine.domain.values import Json


def contract_faults(document: Document, offers: Offers) -> Iterator[Fault]:
    """What does not go together with the routes that are called."""
    outputs = Outputs(document, offers)
    for node in document.nodes:
        if node.kind is ServiceNode:
            yield from _call_faults(document, outputs, node, offers)
        yield from _output_faults(document, outputs, node)
    yield from own_output_faults(document, outputs)


def _call_faults(
    document: Document, outputs: Outputs, node: Seen, offers: Offers
) -> Iterator[Fault]:
    route = node.raw.get("service")
    offer = offers.routes.get(route) if isinstance(route, str) else None
    if offer is None:
        yield from _unknown_service(document, node, offers)
    elif offer.api.contract and not node.code:
        finds = _union_faults if node.raw.get("input") is None else _input_faults
        yield from finds(document, outputs, node, offer, offer.api.contract)


def _unknown_service(document: Document, node: Seen, offers: Offers) -> Iterator[Fault]:
    route = node.raw.get("service")
    own = [level.nodes for level in document.levels[:1]]
    is_own = any(n.api and n.api.route == route for nodes in own for n in nodes)
    if not isinstance(route, str) or not offers.complete or is_own:
        return

    message = f"nothing is announced or published as “{route}” now"
    hint = document.suggestions.hint(route, offers.names)
    fault = node.fault("service", "unknown-service", message, hint or "start it")
    yield replace(fault, level=WARNING)


def _input_faults(
    document: Document,
    outputs: Outputs,
    node: Seen,
    offer: Offer,
    contract: Contract,
) -> Iterator[Fault]:
    """What a call gives, and what the route takes."""
    given: Mapping[str, Json] = node.raw["input"]
    route = offer.api.route
    brings_keys = False
    for key, value in given.items():
        document.go_on()
        schema = contract.properties.get(contract.list_field(key) or key)
        if schema is not None:
            yield from _value_faults(outputs, node, key, value, contract)
        elif key in offer.api.fields:
            # An object under the name of a part brings keys of its own.
            brings_keys = True
        elif contract.is_closed:
            message = f"“{route}” takes no “{key}”"
            hint = document.suggestions.hint(key, contract.properties)
            all_known = f"it takes {listed(contract.properties)}"
            yield node.fault(
                f"input.{key}", "unknown-input", message, hint or all_known
            )

    named = {contract.list_field(key) or key for key in given}
    for key in () if brings_keys else contract.required:
        if key not in named:
            message = f"“{route}” needs “{key}”, and the node does not give it"
            hint = f"add “{key}” to “input”"
            yield node.fault("input", "missing-input", message, hint)


def _union_faults(
    document: Document,
    outputs: Outputs,
    node: Seen,
    offer: Offer,
    contract: Contract,
) -> Iterator[Fault]:
    """What a call lacks that is given all that the nodes before it give."""
    route = offer.api.route
    before = outputs.before(node)
    for key in contract.required if before else ():
        document.go_on()
        # The files of a list come one by one, with numbers.
        spellings = (key, f"{key}0")
        if all(
            find(known, (spelling,)).is_absent
            for known in before
            for spelling in spellings
        ):
            message = (
                f"“{route}” needs “{key}”, which no node before gives under this name"
            )
            hint = f"give the node an “input” with “{key}”"
            yield node.fault("input", "missing-input", message, hint)


def _value_faults(
    outputs: Outputs, node: Seen, key: str, value: Json, contract: Contract
) -> Iterator[Fault]:
    field = contract.list_field(key)
    schema = contract.properties[field or key]
    # One file of a list has a key of its own, with a number.
    if field and field != key:
        return

    constant = value_of(value)
    if isinstance(constant, Constant):
        yield from _constant_faults(node, key, constant.value, contract)
        return
    words = misfit(outputs.value(node, value), Known(schema, contract.schema))
    if words:
        given, wanted = words
        message = f"“{key}” gets {given}, but must be {wanted}"
        yield node.fault(f"input.{key}", "cannot-fit", message, "give another value")


def _constant_faults(
    node: Seen, key: str, value: Json, contract: Contract
) -> Iterator[Fault]:
    for fault in constant_faults(contract, key, value):
        message = f"“{fault.field}” {fault.message}"
        yield node.fault(f"input.{fault.field}", "cannot-fit", message, fault.hint)


def _output_faults(document: Document, outputs: Outputs, node: Seen) -> Iterator[Fault]:
    """References to what a service does not give."""
    for field, raw, read in values_of(node):
        document.go_on()
        value = read(raw)
        # What has a default may lead nowhere.
        if isinstance(value, Defaulted):
            continue
        for reference in references_in(value):
            if read is collected:
                target = outputs.collected(node, reference)
            else:
                target = outputs.meant(node, reference)
            is_output = reference.section == "out" and reference.fields
            if target and target.kind is ServiceNode and is_output:
                yield from _absent(document, outputs, node, field, reference, target)


def _absent(
    document: Document,
    outputs: Outputs,
    node: Seen,
    field: str,
    reference: Reference,
    target: Seen,
) -> Iterator[Fault]:
    known = outputs.of(target)
    if not find(known, reference.fields).is_absent:
        return
    keys = names(known)
    wanted = reference.fields[0]
    message = (
        f"“{reference.text}” is not among what “{target.raw.get('service')}” gives"
    )
    hint = document.suggestions.hint(wanted, [key for key in keys if key != wanted])
    yield node.fault(
        field, "no-such-output", message, hint or f"it gives {listed(keys)}"
    )
