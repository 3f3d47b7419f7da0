"""What a token may be made for, and by whom."""

import re
from dataclasses import dataclass

from engine.domain.access.errors import Forbidden, ScopeMissing
from engine.domain.access.roles import Principal, TokenScope
from engine.domain.errors import Fault, expect_valid

DEFAULT_SCOPES = frozenset({TokenScope.READ, TokenScope.RUN})
DEFAULT_DAYS = 90
MAX_DAYS = 366
"""A token that nobody remembers ends by itself."""
MAX_LABEL_CHARACTERS = 100
MAX_PATTERNS = 20
PATTERN = re.compile(r"[\w.*-]{1,100}")
"""A route, in which * is any text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A token as somebody wants it."""

    label: str
    scopes: frozenset[TokenScope]
    announces: tuple[str, ...]
    """Patterns of the routes that it may announce."""
    days: int


def check(wish: Wish, principal: Principal) -> None:
    """Raises `InvalidInput`; `ScopeMissing`, `Forbidden` for more than is held."""
    expect_valid(
        _label_fault(wish.label),
        _days_fault(wish.days),
        _scopes_fault(wish),
        _patterns_fault(wish),
    )

    # A token that could make others with more scopes would have them all.
    missing = sorted(wish.scopes - principal.scopes)
    if missing:
        raise ScopeMissing(missing[0])

    # Who announces a route gets the data of all who call it.
    if wish.announces and not principal.is_administrator:
        raise Forbidden()


def _label_fault(label: str) -> Fault | None:
    if 0 < len(label) <= MAX_LABEL_CHARACTERS:
        return None
    message = f"is empty, or longer than {MAX_LABEL_CHARACTERS} characters"
    hint = "say what the token is for: later you know by it which one to revoke"
    return Fault("bad-label", message, hint, field="label")


def _days_fault(days: int) -> Fault | None:
    if 0 < days <= MAX_DAYS:
        return None
    message = f"is less than 1 or more than {MAX_DAYS}"
    return Fault("bad-days", message, "make a new token in time", field="days")


def _scopes_fault(wish: Wish) -> Fault | None:
    if wish.scopes:
        return None
    return Fault("no-scopes", "is empty", "name one scope at least", field="scopes")


def _patterns_fault(wish: Wish) -> Fault | None:
    may_announce = TokenScope.ANNOUNCE in wish.scopes
    if may_announce != bool(wish.announces):
        message = "does not go with the scopes"
        hint = "a token with the scope announce names routes, and no other one does"
    elif len(wish.announces) > MAX_PATTERNS:
        message = f"has more than {MAX_PATTERNS} patterns"
        hint = "make several tokens"
    elif not all(PATTERN.fullmatch(one) for one in wish.announces):
        message = "has a pattern that fits no route"
        hint = "write routes, in which * is any text: face-*"
    else:
        return None
    return Fault("bad-announces", message, hint, field="announces")
