"""What a call needs, and whether somebody has it: pure, asked for every request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.domain.access.roles import Principal, Role, TokenScope
from engine.domain.access.spaces import EVERYWHERE, Sharing


class Need(StrEnum):
    """Who may make a call."""

    PUBLIC = "public"
    """Everybody, also without an account."""
    SIGNED_IN = "signed in"
    """Every person; the call concerns only what is theirs."""
    READER = "reader"
    AUTHOR = "author"
    OWNER = "owner"
    ADMINISTRATOR = "administrator"

    @property
    def role(self) -> Role | None:
        """The role in a space that is needed; None: it is no matter of a space."""
        return ROLES[self]


# Every request asks this: looked up, not computed.
ROLES = {need: Role(need.value) if need.value in list(Role) else None for need in Need}


class Named(StrEnum):
    """What the path of a call names."""

    NOTHING = ""
    ROUTE = "route"
    TASK = "task"
    SPACE = "space"
    SCHEDULE = "schedule"
    PERSON = "person"
    """Somebody with an account, whom others but administrators do not see."""
    CHOSEN = "chosen"
    """No object: the space that its query chooses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """A row of the table: what a call needs."""

    need: Need
    scope: TokenScope | None = None
    """What a token must be made for; None: any token will do."""
    named: Named = Named.NOTHING
    own: bool = False
    """Who started a task may do it with that task in any role; a person with
    themselves."""
    shared: Sharing | None = None
    """How a route must be shared with one's space for it; None: that is not enough."""
    makes: bool = False
    """The route that the path names need not be there yet."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object belongs."""

    space: str
    owner: str = ""
    """Who started the task, or the person; empty: nobody with an account."""
    shared: Mapping[str, Sharing] = field(default_factory=dict)
    """With which spaces the route is shared."""


class Verdict(StrEnum):
    """What becomes of a call."""

    ALLOWED = "allowed"
    NOT_SIGNED_IN = "not signed in"
    WRONG_SCOPE = "wrong scope"
    FORBIDDEN = "forbidden"
    """They see it, and may not do this with it."""
    HIDDEN = "hidden"
    """They may not know that it is there."""


SEES = {
    Named.ROUTE: Role.READER,
    Named.TASK: Role.AUTHOR,
    Named.SPACE: Role.READER,
    Named.SCHEDULE: Role.OWNER,
    Named.CHOSEN: Role.READER,
}
"""The role that sees an object of each kind."""


def verdict(
    right: Right, principal: Principal | None, place: Place | None = None
) -> Verdict:
    """What becomes of a call; `place` is that of the object, None without one."""
    if right.need is Need.PUBLIC:
        return Verdict.ALLOWED
    if principal is None:
        return Verdict.NOT_SIGNED_IN
    if right.scope is not None and right.scope not in principal.scopes:
        return Verdict.WRONG_SCOPE
    if principal.is_administrator or right.need is Need.SIGNED_IN:
        return Verdict.ALLOWED

    role = right.need.role
    if right.named is Named.PERSON:
        is_self = place is not None and place.owner == principal.id
        return Verdict.ALLOWED if is_self and right.own else Verdict.HIDDEN
    if role is None:
        return Verdict.FORBIDDEN
    if place is None:
        return Verdict.ALLOWED if principal.holds(role) else Verdict.FORBIDDEN
    return _in_place(right, role, principal, place)


def _in_place(right: Right, role: Role, principal: Principal, place: Place) -> Verdict:
    """What becomes of a call that concerns an object of a space."""
    if place.space == EVERYWHERE:
        return _everywhere(role, principal)

    is_own = place.owner != "" and place.owner == principal.id
    # Who was removed from the space does not see their tasks in it any more.
    is_member = place.space in principal.roles
    if not is_member:
        return _as_guest(right, principal, place)
    if not is_own and not principal.holds(SEES[right.named], place.space):
        return Verdict.HIDDEN

    may = principal.holds(role, place.space) or (is_own and right.own)
    return Verdict.ALLOWED if may else Verdict.FORBIDDEN


def _everywhere(role: Role, principal: Principal) -> Verdict:
    """What becomes of a call that concerns what serves all spaces."""
    if not principal.roles:
        return Verdict.HIDDEN
    return Verdict.ALLOWED if role is Role.READER else Verdict.FORBIDDEN


def _as_guest(right: Right, principal: Principal, place: Place) -> Verdict:
    """What becomes of a call that concerns a route of a space that is not one's own."""
    shared = [one for name, one in place.shared.items() if name in principal.roles]
    if not shared:
        return Verdict.HIDDEN
    wanted = right.shared
    may = wanted is not None and any(one.covers(wanted) for one in shared)
    return Verdict.ALLOWED if may else Verdict.FORBIDDEN
