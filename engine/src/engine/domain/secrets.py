"""Secrets by name: what documents say of them. Their values are never data of a run."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

SECRET_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
"""A name as it stands in `{secrets.NAME}`."""

MIN_SECRET_CHARACTERS = 8
"""A shorter value would be found in many texts, and blacked out there."""

MAX_SECRET_CHARACTERS = 2_048
"""More fit neither a header nor a URL."""

# What no header can carry. A value that has a line break would be refused at each call.
_UNSENDABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


SECRETS = "secrets"
"""Stands in a template where a node would, in front of the name of a secret."""


@dataclass(frozen=True, slots=True)
class SecretName:
    """The place of a secret in a text."""

    name: str


Text: TypeAlias = str | tuple[str | SecretName, ...]
"""A text, or the pieces of one that has secrets in it.

The pieces are never joined to be read again: data that has the letters `{secrets.x}`
stays data.
"""


def secrets_in(texts: Iterable[Text]) -> Iterator[str]:
    """The names of the secrets in texts.

    >>> list(secrets_in(["Bearer {secrets.a}", ("Bearer ", SecretName("b"))]))
    ['b']
    """
    for text in texts:
        if not isinstance(text, str):
            yield from (piece.name for piece in text if isinstance(piece, SecretName))


def shown(text: Text) -> str:
    """The text for people, with the names of its secrets.

    >>> shown(("Bearer ", SecretName("b")))
    'Bearer {secrets.b}'
    """
    if isinstance(text, str):
        return text
    return "".join(
        piece if isinstance(piece, str) else f"{{{SECRETS}.{piece.name}}}"
        for piece in text
    )


def filled(text: Text, values: Mapping[str, str]) -> str:
    """The text with these values in the places of its secrets.

    >>> filled(("Bearer ", SecretName("b")), {"b": "12345678"})
    'Bearer 12345678'
    """
    if isinstance(text, str):
        return text
    return "".join(
        piece if isinstance(piece, str) else values[piece.name] for piece in text
    )


def unfit(value: str) -> str:
    """What is wrong with the value of a secret, without a word of it; empty: nothing.

    >>> unfit("too few"), unfit("enough characters")
    ('has fewer than 8 characters', '')
    """
    if len(value) < MIN_SECRET_CHARACTERS:
        return f"has fewer than {MIN_SECRET_CHARACTERS} characters"
    if len(value) > MAX_SECRET_CHARACTERS:
        return f"has more than {MAX_SECRET_CHARACTERS} characters"
    if _UNSENDABLE.search(value):
        return "has a line break or another character that no header can carry"
    return ""
