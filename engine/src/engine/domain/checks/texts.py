"""Texts where a reference belongs: what their authors may have meant."""

import json
import re

from engine.domain.checks.document import Document
from engine.domain.pipeline import RESERVED

SIGNS_OF_TEMPLATES = "${} "
_BLANK = re.compile(r"\s")
# In one pass over the text: what is between braces has none itself.
_IN_BRACES = re.compile(r"\{[^{}]+\}")

PLACES_OF_VALUES = ("input.", "then.out.", "else.out.")
"""Where a text can be a constant: elsewhere only references have a meaning."""

MAX_SHOWN_CHARACTERS = 60
"""Of a text, in a hint."""


def hint_for_text(document: Document, field: str, text: str) -> str:
    """What to write in place of a text that is no reference."""
    if is_template(text):
        return as_template(text)
    hint = "write “node.out.field”, with the id of a node"
    if field.startswith(PLACES_OF_VALUES) and _is_constant(document, text):
        hint += f'; the text itself is written {{"value": {_quoted(text)}}}'
    return hint


def is_template(text: str) -> bool:
    """Whether it has a reference in braces, and more than that.

    >>> is_template("Hi {a.out.b}"), is_template("${a.out.b}")
    (True, False)
    """
    found = _IN_BRACES.search(text)
    if not found:
        return False
    around = text[: found.start()] + text[found.end() :]
    return bool(around.strip(SIGNS_OF_TEMPLATES))


def as_template(text: str) -> str:
    return f'write {{"template": {_quoted(text)}}}'


def _quoted(text: str) -> str:
    return json.dumps(text[:MAX_SHOWN_CHARACTERS], ensure_ascii=False)


def _is_constant(document: Document, text: str) -> bool:
    """Whether a text that is no reference looks like a value, and not like a node."""
    is_name = text in document.homes or text in RESERVED
    has_form = "." in text and not _BLANK.search(text)
    return bool(text) and not has_form and not is_name
