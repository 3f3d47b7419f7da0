"""What an http node asks for: its address, query and headers, with values put in.

The address is a text in which values are percent-encoded, and stand in its path or
query only: data can choose neither the host nor the scheme. Secrets stay names here.
Their values are put in where the request is sent, and enter no frame.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, TypeVar
from urllib.parse import quote

from msgspec import Struct

from engine.domain.directives import (
    Constant,
    Template,
    Value,
    filled,
    read_template,
    read_value,
    references_in,
    text_of,
    value_of,
)
from engine.domain.errors import (
    MAX_PLACE_CHARACTERS,
    BadDirective,
    BadReference,
    BadValue,
    StepUp,
    TextTooLong,
)
from engine.domain.references import Reference, Visible
from engine.domain.secrets import Text, secrets_in
from engine.domain.values import Json

T = TypeVar("T")

MAX_FILLED_CHARACTERS = 8_000
"""Of address, query and headers together, if values are put in: few servers take more,
and a frame may have a thousand such requests under way."""

Texts: TypeAlias = list[Text]
"""Of one parameter of a query: a list repeats it."""

# In front of the first value the address must be certain about where it leads.
_HOST = re.compile(r"[A-Za-z]+://[^/?#]+[/?][^#]*")
_NODE_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class Asked(Struct, frozen=True, omit_defaults=True):
    """A request of an http node, complete but for its secrets. It is kept in its run,
    so that each attempt asks for the same."""

    url: Text
    query: dict[str, Texts] = {}
    headers: dict[str, Text] = {}

    def place_of(self, secret: str) -> str | None:
        """The first field in which a secret is named.

        >>> header = {"template": "Bearer {secrets.key}"}
        >>> asked = Asking.read("https://a/b", {}, {"Authorization": header}).fixed
        >>> asked.place_of("key")
        'headers.Authorization'
        """
        places: dict[str, Texts] = {"url": [self.url]}
        places |= {f"query.{key}": texts for key, texts in self.query.items()}
        places |= {f"headers.{key}": [text] for key, text in self.headers.items()}
        named = (field for field in places if secret in secrets_in(places[field]))
        return next(named, None)


def read_address(url: str) -> Value:
    """The address of an http node; raises `BadReference`, `BadValue`."""
    if "{" not in url and "}" not in url:
        return Constant(url)

    template = read_template(url, secrets=True)
    first = template.pieces[0] if template.pieces else ""
    alone = len(template.pieces) == 1
    if not isinstance(first, str) or not (alone or _HOST.fullmatch(first)):
        message = "a value can stand in the path or the query of an address only"
        raise BadValue(message, "write scheme and host as they are")
    return template


def read_parameter(raw: Json) -> Value:
    """A value of `query` or `headers`; raises `BadReference`, `BadValue`.

    Any text that is no reference is sent as it is.

    >>> read_parameter("text/html"), str(read_parameter("start.out.city"))
    (Constant(value='text/html'), 'start.out.city')
    """
    if isinstance(raw, dict):
        return read_value(raw, secrets=True)
    if not isinstance(raw, str):
        return Constant(raw)
    try:
        reference = Reference.parse(raw)
    except BadReference:
        return Constant(raw)
    return reference if _NODE_ID.fullmatch(reference.node) else Constant(raw)


@dataclass(frozen=True)
class Asking:
    """What an http node asks for, as its author wrote it."""

    address: Value
    query: Mapping[str, Value]
    headers: Mapping[str, Value]

    @classmethod
    def read(
        cls, url: str, query: Mapping[str, Json], headers: Mapping[str, Json]
    ) -> "Asking":
        """Raises `BadReference`, `BadValue`."""
        return cls(
            read_address(url),
            {key: read_parameter(value) for key, value in query.items()},
            {key: read_parameter(value) for key, value in headers.items()},
        )

    @cached_property
    def fixed(self) -> Asked | None:
        """What it asks for in every task; None: that depends on values."""
        values = (self.address, *self.query.values(), *self.headers.values())
        if any(reference for value in values for reference in references_in(value)):
            return None
        return self._filled(_NothingToSee())

    def filled(self, visible: Visible) -> Asked:
        """What it asks for in one run; raises `BadDirective`, naming the field."""
        asked = self._filled(visible)
        if _characters(asked) > MAX_FILLED_CHARACTERS:
            what = "the request's address, query and headers together"
            raise TextTooLong(what, MAX_FILLED_CHARACTERS)
        return asked

    def _filled(self, visible: Visible) -> Asked:
        query = {
            key: _within(f"query.{key}", _texts, value, visible)
            for key, value in self.query.items()
        }
        headers = {
            key: _within(f"headers.{key}", _text, value, visible)
            for key, value in self.headers.items()
        }
        return Asked(
            url=_within("url", _address, self.address, visible),
            query={key: texts for key, texts in query.items() if texts},
            headers={key: text for key, text in headers.items() if text is not None},
        )


class _NothingToSee:
    """What is visible where nothing is looked up."""

    def section(self, reference: Reference) -> Json:  # pragma: no cover - no references
        raise AssertionError(reference)


def _within(
    field: str,
    fill: Callable[[Value, Visible], T],
    value: Value,
    visible: Visible,
) -> T:
    try:
        return fill(value, visible)
    except BadDirective as error:
        raise error.within(field) from None


def _address(value: Value, visible: Visible) -> Text:
    if not isinstance(value, Template):
        return str(value_of(value, visible))

    address = filled(value, visible, spell=_encoded)
    # A secret is no step: it is encoded too, and only its sender knows it.
    text = address if isinstance(address, str) else "".join(map(str, address))
    path = text.partition("?")[0]
    if any(step in (".", "..") for step in path.split("/")):
        raise StepUp(path[:MAX_PLACE_CHARACTERS])
    return address


def _encoded(text: str) -> str:
    """A value in a path or a query: nothing of it has a meaning there.

    >>> _encoded("a/b?c=d&ä")
    'a%2Fb%3Fc%3Dd%26%C3%A4'
    """
    return quote(text, safe="", errors="replace")


def _text(value: Value, visible: Visible) -> Text | None:
    """The text of a header; None: there is none, the header is left out."""
    if isinstance(value, Template):
        return filled(value, visible)
    found = value_of(value, visible)
    return None if found is None else text_of(found)


def _texts(value: Value, visible: Visible) -> Texts:
    """The texts of a parameter: none for null, several for a list."""
    if isinstance(value, Template):
        return [filled(value, visible)]
    found = value_of(value, visible)
    if found is None:
        return []
    return [text_of(one) for one in (found if isinstance(found, list) else [found])]


def _characters(asked: Asked) -> int:
    texts = [asked.url, *asked.headers.values()]
    texts += [text for several in asked.query.values() for text in several]
    return sum(
        len(piece)
        for text in texts
        for piece in ([text] if isinstance(text, str) else text)
        if isinstance(piece, str)
    )
