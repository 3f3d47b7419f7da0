"""Whether a pipeline gives what its entry declares in `outputSchema`."""

from collections.abc import Iterator
from dataclasses import replace

from engine.domain.checks.document import Document
from engine.domain.checks.level import Seen
from engine.domain.checks.outputs import Outputs, value_of
from engine.domain.contracts.constants import constant_faults
from engine.domain.contracts.contract import Contract
from engine.domain.contracts.fitting import misfit
from engine.domain.contracts.keywords import keyed, listed
from engine.domain.contracts.paths import Known, find
from engine.domain.directives import Constant, Defaulted
from engine.domain.errors import WARNING, Fault
from engine.domain.pipeline import EndNode, EntryNode
from engine.domain.suggestions import listed as in_words
from engine.domain.values import Json


def own_output_faults(document: Document, outputs: Outputs) -> Iterator[Fault]:
    """What the end gives otherwise than declared, as far as it is known.

    An error is what is so in every task, a warning what is so in some.
    """
    nodes = {node.kind: node for node in document.levels[0].nodes}
    entry = nodes[EntryNode]
    end = nodes[EndNode]
    contract = entry.api.result_contract if entry.api else None
    if contract is None:
        return

    known = outputs.of_end(end)
    yield from _missing(end, known, contract)
    yield from _undeclared(document, end, known, contract)
    for key in contract.properties:
        document.go_on()
        yield from _misfits(end, key, known, contract)


def _missing(end: Seen, known: Known, contract: Contract) -> Iterator[Fault]:
    """What is declared as always there, and surely is not."""
    for key in contract.required:
        # The files of a list may have keys of their own, with numbers.
        if contract.list_field(key):
            continue
        if find(known, (key,)).is_absent:
            message = f"“outputSchema” says that there is “{key}”, and the end lacks it"
            hint = f"add “{key}” to “input”, or leave it out of “outputSchema”"
            yield end.fault("input", "missing-output", message, hint)


def _undeclared(
    document: Document, end: Seen, known: Known, contract: Contract
) -> Iterator[Fault]:
    """What is always there, and declared as never being there."""
    declared = Known(contract.schema, contract.schema)
    for key in listed(known.schema.get("required")):
        is_file_of_list = contract.list_field(str(key))
        if is_file_of_list or not find(declared, (str(key),)).is_absent:
            continue
        message = f"“outputSchema” has no “{key}”, and the end gives it"
        hint = document.suggestions.hint(str(key), contract.properties)
        all_declared = f"it has {in_words(contract.properties)}"
        yield end.fault(
            _place(end, str(key)), "unknown-output", message, hint or all_declared
        )


def _misfits(end: Seen, key: str, known: Known, contract: Contract) -> Iterator[Fault]:
    """A value of another type than declared."""
    given = keyed(end.raw.get("input"))
    value = value_of(given[key]) if key in given else None
    if isinstance(value, Constant):
        yield from _constant_faults(end, key, value.value, contract)
        return
    if isinstance(value, Defaulted):
        # Only the default is known, which some tasks have.
        for fault in _constant_faults(end, key, value.default, contract):
            yield replace(fault, level=WARNING)
        return

    wanted = Known(contract.properties[key], contract.schema)
    words = misfit(find(known, (key,)), wanted)
    if words:
        is_given, declared = words
        message = f"“{key}” is {is_given}, but “outputSchema” says {declared}"
        hint = "give another value, or correct “outputSchema”"
        yield end.fault(_place(end, key), "cannot-fit", message, hint)


def _constant_faults(
    end: Seen, key: str, value: Json, contract: Contract
) -> Iterator[Fault]:
    for fault in constant_faults(contract, key, value):
        message = f"“{fault.field}” {fault.message}, as “outputSchema” says"
        yield end.fault(_place(end, key), "cannot-fit", message, fault.hint)


def _place(end: Seen, key: str) -> str:
    given = keyed(end.raw.get("input"))
    return f"input.{key}" if key in given else "input"
