"""What a single node says that no engine could do: addresses, headers, bodies."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from engine.domain.checks.document import Document, Seen
from engine.domain.errors import Fault
from engine.domain.headers import CONNECTION_HEADERS
from engine.domain.media_types import JSON, accepts, is_accepted_type
from engine.domain.pipeline import Api, EntryNode, HttpNode, ServiceNode

HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
Words = tuple[str, str]
"""A message and a hint."""


def node_faults(document: Document) -> Iterator[Fault]:
    """Addresses, headers and bodies that cannot be meant."""
    for node in document.nodes:
        if node.kind in (ServiceNode, HttpNode):
            if words := _bad_address(node.raw.get("url")):
                yield node.fault("url", "bad-url", *words)
        if node.kind is HttpNode and isinstance(headers := node.get("headers"), dict):
            for name, value in headers.items():
                if words := _bad_header(name, value):
                    yield node.fault(f"headers.{name}", "bad-header", *words)
        if node.kind is EntryNode and (api := readable_api(node)):
            yield from _body(node, api)


def readable_api(node: Seen) -> Api | None:
    """What an entry tells its callers, if that can be read."""
    try:
        return Api.model_validate(node.raw.get("api"))
    except ValidationError:
        return None


def _bad_address(url: Any) -> Words | None:
    if not isinstance(url, str):
        return None
    if re.search(r"[{}]", url):
        hint = "give what varies in “input” or “query”"
        return f"“{url}” is a template: an address is fixed", hint
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if good and not re.search(r"[\s\x00-\x1f\x7f\\]", url):
        return None
    return f"“{url}” is no address", "write it as http://host:port/path"


def _bad_header(name: str, value: Any) -> Words | None:
    if not HEADER.fullmatch(name):
        return f"“{name}” cannot be the name of a header", "use letters, digits and “-”"
    if name.lower() in CONNECTION_HEADERS:
        return f"the engine itself sets the header “{name}”", "remove it"
    if isinstance(value, str) and CONTROL.search(value):
        return f"the header “{name}” holds a line break", "write it in one line"
    return None


def _body(node: Seen, api: Api) -> Iterator[Fault]:
    """What is wrong with the fields of a multipart body and their types."""
    for field, count in Counter(api.fields).items():
        if not field:
            message, hint = "a field of the body has no name", "name it or remove it"
            yield node.fault("api.body", "empty", message, hint)
        elif count > 1:
            message = f"the body has the field “{field}” {count} times"
            yield node.fault("api.body", "duplicate-field", message, "keep one of them")
    json = all(accepts(types, JSON) for types in api.body_type)
    if len(api.fields) > 1 or not (api.fields or json):
        if len(api.body_type) > len(api.fields):
            fields, types = len(api.fields), len(api.body_type)
            message = f"“bodyType” has {types} entries for {fields} fields"
            hint = "give one list of media types for every field of “body”"
            yield node.fault("api.bodyType", "too-many-types", message, hint)
    for name in dict.fromkeys(name for types in api.body_type for name in types):
        if not is_accepted_type(name):
            message, hint = f"“{name}” is no media type", "write such as “image/png”"
            yield node.fault("api.bodyType", "bad-media-type", message, hint)
