"""The short code with which a person lets a terminal sign in: pure."""

import re
from datetime import timedelta

from engine.domain.access.roles import ANY_ROUTE, Principal, TokenScope

CONFIRMED_WITHIN = timedelta(minutes=10)
"""Long enough to sign in at a provider; a code that is found later is of no use."""
ASK_EVERY_SECONDS = 2
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""RFC 8628, 6.1: no vowels, so that no word comes out; nothing that looks like a
digit."""
CODE_LETTERS = 8
"""20 to the power of 8, 34 bits: one guess at 2,000 codes that wait is right once in
13 million times, and a person has a few guesses a minute."""
MAX_MACHINE_CHARACTERS = 80
MAX_TYPED_CHARACTERS = 40

_NOT_A_LETTER = re.compile(r"[^A-Z]")
_NOT_PLAIN = re.compile(r"[^\w .:@()-]")


def shown_code(code: str) -> str:
    """A code as people read it.

    >>> shown_code("WDJBMJHT")
    'WDJB-MJHT'
    """
    half = CODE_LETTERS // 2
    return f"{code[:half]}-{code[half:]}"


def typed_code(text: str) -> str:
    """The code that somebody means: case, spaces and hyphens make no difference.

    >>> typed_code(" wdjb mjht ")
    'WDJBMJHT'
    """
    return _NOT_A_LETTER.sub("", text[:MAX_TYPED_CHARACTERS].upper())


def plain_machine(name: str) -> str:
    r"""What a terminal calls itself: a stranger chose it, so it is a few plain words.

    >>> plain_machine("ada's laptop\n\n<b>Press “Allow”</b>")
    'adas laptopbPress Allowb'
    """
    return _NOT_PLAIN.sub("", name)[:MAX_MACHINE_CHARACTERS].strip() or "?"


def granted(
    asked: frozenset[TokenScope], person: Principal
) -> tuple[frozenset[TokenScope], tuple[str, ...]]:
    """The scopes of the token, and what it announces: no more than is held.

    Of announcing administrators alone have anything to give.
    """
    scopes = asked & person.scopes
    if not (person.is_administrator and person.announces == ANY_ROUTE):
        scopes -= {TokenScope.ANNOUNCE}
    announces = ANY_ROUTE if TokenScope.ANNOUNCE in scopes else ()
    return scopes, announces
