"""Faults within a single node: its address, its headers, its body."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from engine.domain.checks.document import Document
from engine.domain.checks.level import Seen
from engine.domain.errors import Fault
from engine.domain.media_types import JSON, accepts, is_accepted_type
from engine.domain.pipeline import Api, EntryNode, HttpNode, ServiceNode
from engine.domain.protocol import CONNECTION_HEADERS
from engine.domain.values import RESERVED_KEYS

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_BLANK_OR_CONTROL = re.compile(r"[\s\x00-\x1f\x7f\\]")
_BRACE = re.compile(r"[{}]")

Words = tuple[str, str]
"""A message and a hint."""


def node_faults(document: Document) -> Iterator[Fault]:
    """Addresses, headers and bodies that cannot be meant."""
    for node in document.nodes:
        if node.kind in (ServiceNode, HttpNode):
            yield from _address_faults(node)
        if node.kind is HttpNode:
            yield from _header_faults(node)
        if node.kind is EntryNode:
            yield from _body_faults(node)


def _address_faults(node: Seen) -> Iterator[Fault]:
    words = _bad_address(node.raw.get("url"))
    if words:
        yield node.fault("url", "bad-url", *words)


def _bad_address(url: Any) -> Words | None:
    if not isinstance(url, str):
        return None  # absent, or reported already as of the wrong type

    if _BRACE.search(url):
        hint = "put values that change into “input” or “query”"
        return f"“{url}” contains a template, but an address is a fixed text", hint

    if _has_host(url) and not _BLANK_OR_CONTROL.search(url):
        return None
    return f"“{url}” is not an address", "write it as http://host:port/path"


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


def _bad_header(name: str, value: Any) -> Words | None:
    if not _HEADER_NAME.fullmatch(name):
        return f"“{name}” cannot be the name of a header", "use letters, digits and “-”"
    if name.lower() in CONNECTION_HEADERS:
        return f"the engine itself sets the header “{name}”", "remove it"
    # A line break in a value would begin a header that the author may not set.
    if isinstance(value, str) and _CONTROL_CHARACTER.search(value):
        return (
            f"the header “{name}” contains a line break or a control character",
            "write it in one line",
        )
    return None


def _body_faults(node: Seen) -> Iterator[Fault]:
    """What is wrong with the fields of a multipart body and their types."""
    api = node.api
    if api is None:
        return

    yield from _field_faults(node, api)
    yield from _media_type_faults(node, api)


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
