"""Faults within a single node: its address, its headers, its body, what it collects."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from engine.domain.asking import read_address
from engine.domain.checks.document import Document
from engine.domain.checks.level import Seen
from engine.domain.contracts.schema_check import contract_faults
from engine.domain.entry_api import Api
from engine.domain.errors import WARNING, BadDirective, Fault
from engine.domain.going_on import GoOn
from engine.domain.media_types import JSON, accepts, is_accepted_type
from engine.domain.pipeline import EntryNode, HttpNode, LoopNode, ServiceNode
from engine.domain.protocol import CONNECTION_HEADERS
from engine.domain.secrets import SECRET_NAME
from engine.domain.values import RESERVED_KEYS

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_BLANK_OR_CONTROL = re.compile(r"[\s\x00-\x1f\x7f\\]")
_BRACE = re.compile(r"[{}]")
_BRACES_WITH_VALUE = re.compile(r"\{[^{}]*\}")
_SECRET = re.compile(r"\{?\s*secrets\.")
_SECRET_IN_BRACES = re.compile(rf"\{{\s*secrets\.{SECRET_NAME.pattern}\s*\}}")
# A text that is meant as a template: a reference in braces.
_REFERENCE_IN_BRACES = re.compile(
    r"\{\s*[A-Za-z_][\w-]*\.(out|input|params|_loop|error|round)\b[^{}]*\}"
)

Words = tuple[str, str]
"""A message and a hint."""


def node_faults(document: Document) -> Iterator[Fault]:
    """Addresses, headers, bodies and names of values that cannot be meant."""
    for node in document.nodes:
        if node.kind in (ServiceNode, HttpNode):
            yield from _address_faults(node)
        if node.kind is HttpNode:
            yield from _header_faults(node)
            yield from _parameter_faults(node)
            yield from _send_faults(node)
        if node.kind is EntryNode:
            yield from _body_faults(node, document.go_on)
        if node.kind is LoopNode:
            yield from _collect_faults(node)


def _address_faults(node: Seen) -> Iterator[Fault]:
    words = _bad_address(node.raw.get("url"))
    if words:
        yield node.fault("url", "bad-url", *words)


def _bad_address(url: Any) -> Words | None:
    if not isinstance(url, str):
        return None  # absent, or reported already as of the wrong type

    if _BRACE.search(url):
        try:
            read_address(url)
        except BadDirective:
            return None  # reported with the references
        url = _BRACES_WITH_VALUE.sub("x", url)
    if _has_host(url) and not _BLANK_OR_CONTROL.search(url):
        return None
    hint = "write it as http://host:port/path"
    if "://" not in url and _has_host(f"http://{url}") and "." in url:
        hint = f"write the scheme too: https://{url}"
    return f"“{url}” is not an address", hint


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port  # raises for what is no number up to 65535
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0


def _header_faults(node: Seen) -> Iterator[Fault]:
    headers = node.get("headers")
    if not isinstance(headers, dict):
        return

    for name, value in headers.items():
        words = _bad_header(name, value)
        if words:
            yield node.fault(f"headers.{name}", "bad-header", *words)


def _parameter_faults(node: Seen) -> Iterator[Fault]:
    """Values of `headers` and `query` that are no text, or are meant otherwise."""
    for field in ("headers", "query"):
        values = node.get(field)
        if not isinstance(values, dict):
            continue
        for name, value in values.items():
            yield from _template_faults(node, f"{field}.{name}", value)
            if field == "headers" and isinstance(value, list):
                message = f"the header “{name}” is a list, but a header is one text"
                hint = "write one text"
                yield node.fault(f"{field}.{name}", "bad-value", message, hint)


def _template_faults(node: Seen, place: str, value: Any) -> Iterator[Fault]:
    """A text that has braces as a template has them, and is none."""
    if isinstance(value, str) and _is_meant_as_template(value):
        message = f"“{value}” would be sent as it is, with its braces"
        yield node.fault(place, "bad-value", message, _as_template(value))

    constant = value.get("value") if isinstance(value, dict) else None
    if isinstance(constant, str) and _SECRET_IN_BRACES.search(constant):
        # It may be meant: a constant is how an author says so. Hence a warning.
        message = f"“{constant}” is a constant: no secret is put into it"
        fault = node.fault(place, "bad-value", message, _as_template(constant))
        yield replace(fault, level=WARNING)


def _as_template(text: str) -> str:
    return f'write {{"template": {json.dumps(text, ensure_ascii=False)}}}'


def _is_meant_as_template(text: str) -> bool:
    return bool(_SECRET.match(text) or _REFERENCE_IN_BRACES.search(text)) or (
        "{secrets." in text
    )


def _send_faults(node: Seen) -> Iterator[Fault]:
    """A form of a body that is not sent."""
    verb = node.get("verb") or "GET"
    if node.get("send") and verb == "GET":
        message = "a GET sends its input in the query, and has no body"
        hint = "remove “send”, or use another “verb”"
        yield node.fault("send", "no-effect", message, hint)


def _bad_header(name: str, value: Any) -> Words | None:
    if not _HEADER_NAME.fullmatch(name):
        return f"“{name}” cannot be the name of a header", "use letters, digits and “-”"
    if name.lower() in CONNECTION_HEADERS:
        return f"the engine itself sets the header “{name}”", "remove it"
    # A line break in a value would begin a header that the author may not set.
    if any(map(_CONTROL_CHARACTER.search, _texts_of(value))):
        return (
            f"the header “{name}” contains a line break or a control character",
            "write it in one line",
        )
    return None


def _texts_of(value: Any) -> Iterator[str]:
    """The texts of which a header is made, as far as the document has them."""
    forms = value.values() if isinstance(value, dict) else [value]
    return (text for text in forms if isinstance(text, str))


def _body_faults(node: Seen, go_on: GoOn) -> Iterator[Fault]:
    """What is wrong with the fields of a multipart body and their types."""
    api = node.api
    if api is None:
        return

    yield from _field_faults(node, api)
    yield from _media_type_faults(node, api)
    for fault in contract_faults(api.input_schema, api.output_schema, go_on):
        place = fault.field or "api"
        yield node.fault(place, fault.code, fault.message, fault.hint)


def _field_faults(node: Seen, api: Api) -> Iterator[Fault]:
    for field, count in Counter(api.fields).items():
        if not field:
            message = "a field of the body has no name"
            yield node.fault("api.body", "empty", message, "name it or remove it")
        elif field in RESERVED_KEYS:
            message = f"the name “{field}” is reserved for the engine"
            yield node.fault("api.body", "reserved-key", message, "use another name")
        elif count > 1:
            message = f"the body names the field “{field}” {count} times"
            yield node.fault("api.body", "duplicate-field", message, "keep one of them")


def _media_type_faults(node: Seen, api: Api) -> Iterator[Fault]:
    if _has_too_many_types(api):
        fields = len(api.fields)
        types = len(api.body_type)
        message = f"“bodyType” has {types} entries for {fields} fields"
        hint = "give one list of media types for every field of “body”"
        yield node.fault("api.bodyType", "too-many-types", message, hint)

    names = dict.fromkeys(name for types in api.body_type for name in types)
    for name in names:
        if not is_accepted_type(name):
            message = f"“{name}” is not a media type"
            hint = "write for example “image/png”"
            yield node.fault("api.bodyType", "bad-media-type", message, hint)


def _has_too_many_types(api: Api) -> bool:
    """Whether there are lists of types without a field that they belong to.

    A single field may have its types spelled in several lists, and a JSON body may
    say that it is JSON.
    """
    all_accept_json = all(accepts(types, JSON) for types in api.body_type)
    several_fields = len(api.fields) > 1
    other_than_json = not api.fields and not all_accept_json

    if several_fields or other_than_json:
        return len(api.body_type) > len(api.fields)
    return False


def _collect_faults(node: Seen) -> Iterator[Fault]:
    """Keys that spell the same name with different items: `v` and `v1` both `v10`."""
    collect = node.get("collect")
    if not isinstance(collect, dict):
        return

    for key in collect:
        shorter = _key_with_digits(key, collect)
        if shorter is None:
            continue

        digits = key.removeprefix(shorter)
        message = (
            f"“{key}” is “{shorter}” and digits, as the values that “{shorter}” "
            "collects are named: the two would overwrite each other"
        )
        hint = f"choose another name, such as “{shorter}_{digits}”"
        yield node.fault(f"collect.{key}", "colliding-keys", message, hint)


def _key_with_digits(key: str, others: Mapping[str, Any]) -> str | None:
    """The longest other key that, with digits behind it, is this one.

    >>> _key_with_digits("v12", {"v": "", "v1": "", "v12": ""})
    'v1'
    """
    # An index is written in these ten digits: “v²” is no key and its index.
    name = key.rstrip("0123456789")
    beginnings = (key[:end] for end in range(len(key) - 1, len(name) - 1, -1))
    return next((begin for begin in beginnings if begin in others), None)
