"""What a directive gives for one key: a reference, a constant, or a text made of them.

    "image": "photo.out.image"                            a reference
    "width": 160, "areas": [[0, 0, 9, 9]], "on": true     constants
    "mode": {"value": "fast"}                             a constant text or object
    "label": {"from": "form.out.label", "default": ""}    may lead nowhere
    "title": {"template": "{who.out.name} is {who.out.age}"}

They are read once for each version of a pipeline, into the small values here.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from engine.domain.errors import (
    MAX_PLACE_CHARACTERS,
    BadValue,
    NoText,
    TextTooLong,
    UnresolvedReference,
)
from engine.domain.references import Reference, Visible, resolve
from engine.domain.secrets import SECRET_NAME, SECRETS, SecretName, Text
from engine.domain.values import Json, blobs_in

MAX_TEMPLATE_REFERENCES = 100
"""In one template: each may lead to a text of the greatest length."""

MAX_TEMPLATE_RESULT_CHARACTERS = 1_000_000
"""Of the text that a template makes. It may name one large value a hundred times."""

_FORMS = '{"value": …}, {"from": …, "default": …} or {"template": …}'

# A doubled brace, which stands for one; or braces with what is between them; or a brace
# that stands alone, which is a mistake.
_PIECES = re.compile(r"(\{\{|\}\})|\{([^{}]*)\}|([{}])")


@dataclass(frozen=True, slots=True)
class Constant:
    """The same for every task. Nobody changes it: what it holds is shared."""

    value: Json


@dataclass(frozen=True, slots=True)
class Defaulted:
    """A reference that may lead nowhere: then the default counts."""

    reference: Reference
    default: Json


@dataclass(frozen=True, slots=True)
class Template:
    """A text made of texts and references, in their order."""

    pieces: tuple[str | Reference | SecretName, ...]


Value: TypeAlias = Reference | Constant | Defaulted | Template


def read_value(raw: Json, *, secrets: bool = False) -> Value:
    """What an author wrote for a key; raises `BadReference`, `BadValue`.

    `secrets`: its templates may name secrets.

    >>> read_value(160)
    Constant(value=160)
    """
    match raw:
        case str():
            return Reference.parse(raw)
        case dict():
            return _read_object(raw, secrets)
        case _:
            return Constant(raw)


def read_values(raw: Mapping[str, Json]) -> dict[str, Value]:
    """A whole directive; raises as `read_value`."""
    return {key: read_value(value) for key, value in raw.items()}


def _read_object(raw: Mapping[str, Json], secrets: bool) -> Value:
    match raw:
        case {"value": value} if len(raw) == 1:
            return Constant(value)
        case {"from": str(text), "default": default} if len(raw) == 2:
            return Defaulted(Reference.parse(text), default)
        case {"template": str(text)} if len(raw) == 1:
            return read_template(text, secrets=secrets)
        case {"from": str(text)} if len(raw) == 1:
            hint = f"add a “default”, or write “{text}” alone"
            raise BadValue("“from” has no “default”", hint)
        case {"from": _} | {"template": _}:
            raise BadValue("an object here has one of three forms", f"write {_FORMS}")
        case _:
            message = "an object is not a reference, and a constant one is marked"
            raise BadValue(message, 'write {"value": {…}} around it')


def read_template(text: str, *, secrets: bool = False) -> Template:
    """A text with references in braces; raises `BadReference`, `BadValue`.

    >>> [str(piece) for piece in read_template("{{{a.out.b}}}!").pieces]
    ['{', 'a.out.b', '}!']
    """
    pieces: list[str | Reference | SecretName] = []
    at = 0
    for found in _PIECES.finditer(text):
        doubled, inside, alone = found.groups()
        if alone:
            message = f"the template has a single “{alone}”"
            raise BadValue(message, f"write “{alone}{alone}” for the character itself")

        pieces.append(text[at : found.start()])
        pieces.append(doubled[0] if doubled else _named(inside.strip(), secrets))
        at = found.end()
    pieces.append(text[at:])

    template = Template(tuple(_merged(pieces)))
    count = sum(not isinstance(piece, str) for piece in template.pieces)
    if count > MAX_TEMPLATE_REFERENCES:
        message = f"a template has more than {MAX_TEMPLATE_REFERENCES} references"
        raise BadValue(message, "make the text in code, or of several templates")
    return template


def _named(text: str, secrets: bool) -> Reference | SecretName:
    """What stands between braces."""
    owner, _, name = text.partition(".")
    if owner != SECRETS:
        return Reference.parse(text)

    if not secrets:
        message = "secrets can be sent by http nodes only"
        hint = "name it in “url”, “query” or “headers” of an http node"
        raise BadValue(message, hint)
    if not SECRET_NAME.fullmatch(name):
        message = f"“{name[:MAX_PLACE_CHARACTERS]}” cannot be the name of a secret"
        raise BadValue(message, "use letters, digits, “_” and “-”; at most 64")
    return SecretName(name)


def _merged(
    pieces: list[str | Reference | SecretName],
) -> Iterator[str | Reference | SecretName]:
    """The pieces with texts side by side as one, and without empty ones."""
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        if text:
            yield text
        text = ""
        yield piece
    if text:
        yield text


def references_in(value: Value) -> Iterator[Reference]:
    """The references that a value is made of."""
    match value:
        case Reference():
            yield value
        case Defaulted(reference=reference):
            yield reference
        case Template(pieces=pieces):
            yield from (piece for piece in pieces if isinstance(piece, Reference))


def value_of(value: Value, visible: Visible) -> Json:
    """What a value is for one run.

    Raises `UnresolvedReference`; of a template also `NoText` and `TextTooLong`.
    """
    match value:
        case Constant(value=constant):
            return constant
        case Reference():
            return resolve(value, visible)
        case Defaulted(reference=reference, default=default):
            try:
                return resolve(reference, visible)
            except UnresolvedReference:
                return default
        case Template():
            return filled(value, visible)


def _as_it_is(text: str) -> str:
    return text


def filled(
    template: Template,
    visible: Visible,
    *,
    spell: Callable[[str], str] = _as_it_is,
) -> Text:
    """The text of a template; secrets stay names in it.

    `spell` writes the text of a value as it has to stand there. Raises
    `UnresolvedReference`, `NoText` and `TextTooLong`.
    """
    pieces: list[str | SecretName] = []
    left = MAX_TEMPLATE_RESULT_CHARACTERS

    for piece in template.pieces:
        if isinstance(piece, Reference):
            piece = spell(text_of(resolve(piece, visible), piece))
        if isinstance(piece, str):
            left -= len(piece)
        if left < 0:
            raise TextTooLong(
                "the text of the template", MAX_TEMPLATE_RESULT_CHARACTERS
            )
        pieces.append(piece)

    texts = [piece for piece in pieces if isinstance(piece, str)]
    return "".join(texts) if len(texts) == len(pieces) else tuple(pieces)


def text_of(value: Json, reference: Reference | None = None) -> str:
    """A value as it stands in a text: a text as it is, all else as JSON.

    Raises `NoText` for a file, and for what holds one.

    >>> text_of([1, None, "é"])
    '[1,null,"é"]'
    """
    if isinstance(value, str):
        return value
    if next(blobs_in(value), None):
        raise NoText(reference.text if reference else "")
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Collect:
    """What a loop gives of each item: numbered keys, or one list."""

    reference: Reference
    as_list: bool


def read_collect(raw: Json) -> Collect:
    """What an author wrote for a key of `collect`; raises as `read_value`."""
    match raw:
        case str():
            return Collect(Reference.parse(raw), as_list=False)
        case [str(text)]:
            return Collect(Reference.parse(text), as_list=True)
        case _:
            message = "“collect” takes a reference, or a list of just one"
            raise BadValue(message, 'write "crop.out.result" or ["crop.out.result"]')
