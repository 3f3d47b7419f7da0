"""In which space something goes: a pipeline, a task, a secret, a list. Pure."""

from collections.abc import Collection

from engine.domain.access.errors import Forbidden
from engine.domain.access.rights import Place, Verdict, verdict
from engine.domain.access.roles import MAIN, Principal, Role
from engine.domain.access.spaces import EVERYWHERE, Home, Sharing
from engine.domain.access.table import CHANGE_SCHEDULE, EDIT_ROUTE
from engine.domain.errors import RouteTaken, Unknown
from engine.domain.task_lists import Seen


def default_space(principal: Principal, role: Role) -> str:
    """The space that is meant if none is named: `main`, or the only one of somebody.

    >>> roles = {"art": Role.OWNER, "main": Role.READER}
    >>> ada = Principal(id="a", name="a", roles=roles)
    >>> default_space(ada, Role.READER), default_space(ada, Role.OWNER)
    ('main', 'art')
    """
    if principal.holds(role, MAIN):
        return MAIN
    held = [space for space in principal.roles if principal.holds(role, space)]
    return held[0] if len(held) == 1 else MAIN


def expect_role(principal: Principal, role: Role, space: str) -> None:
    """Raises `Unknown` for a space that somebody does not see, and `Forbidden`."""
    if not principal.holds(Role.READER, space):
        raise Unknown("space", space)
    if not principal.holds(role, space):
        raise Forbidden(role, space)


def publishing_space(principal: Principal, wanted: str, home: Home | None) -> str:
    """The space to which a route belongs when somebody publishes it.

    `wanted` may be empty. Raises `RouteTaken`, `Forbidden`, `Unknown`.
    """
    if home is None or home.space == EVERYWHERE:
        space = wanted or default_space(principal, Role.AUTHOR)
        expect_role(principal, Role.AUTHOR, space)
        return space

    is_seen = bool(_runs_in(principal, home))
    if not is_seen or (wanted and wanted != home.space):
        raise RouteTaken(home.id, "pipeline")
    if not principal.holds(Role.AUTHOR, home.space):
        raise Forbidden(Role.AUTHOR, home.space)
    return home.space


def starting_space(principal: Principal, wanted: str, home: Home) -> str:
    """The space to which a task belongs: that in which somebody runs the route.

    Raises `Unknown` for a wanted space in which they cannot run it.
    """
    spaces = _runs_in(principal, home)
    if principal.is_administrator:
        usual = MAIN if home.space == EVERYWHERE else home.space
        own = [space for space in principal.roles if home.runs_in(space)]
        spaces = {usual, *home.shared, *own}
    if wanted:
        if wanted not in spaces:
            raise Unknown("space", wanted)
        return wanted
    for usual in (home.space, MAIN):
        if usual in spaces:
            return usual
    if not spaces:
        raise Unknown("route", home.id)
    return min(spaces)


def _runs_in(principal: Principal, home: Home) -> Collection[str]:
    """The spaces of somebody in which a route can be run."""
    if principal.is_administrator:
        return (home.space,)
    if home.space in principal.roles and not home.shared:
        # As most are: nothing is made.
        return (home.space,)
    return [space for space in principal.roles if home.runs_in(space)]


def sees(principal: Principal, home: Home | None) -> bool:
    """Whether somebody sees that a route is there. One without a home nobody sees."""
    if principal.is_administrator:
        return True
    return home is not None and bool(_runs_in(principal, home))


def reads(principal: Principal, home: Home | None) -> bool:
    """Whether somebody sees the document of a route."""
    if principal.is_administrator:
        return True
    if home is None:
        return False
    if home.space == EVERYWHERE or home.space in principal.roles:
        return True
    return any(
        one is Sharing.READ
        for space, one in home.shared.items()
        if space in principal.roles
    )


def edits(principal: Principal, home: Home | None) -> bool:
    """Whether somebody may publish a route anew: what the table says of it."""
    place = Place(home.space, shared=home.shared) if home else Place("")
    return verdict(EDIT_ROUTE, principal, place) is Verdict.ALLOWED


def changes_schedule(principal: Principal, space: str) -> bool:
    """Whether somebody may see and change a schedule of a space."""
    return verdict(CHANGE_SCHEDULE, principal, Place(space)) is Verdict.ALLOWED


def known_space(principal: Principal, home: Home | None) -> str | None:
    """The space of a route, for who is in it; None: it serves all, or is of others."""
    if home is None or home.space == EVERYWHERE:
        return None
    is_known = principal.is_administrator or home.space in principal.roles
    return home.space if is_known else None


def seen_tasks(principal: Principal, wanted: str) -> Seen | None:
    """The tasks that somebody sees in a list; None: all. Raises `Unknown`."""
    if principal.is_administrator:
        return Seen(all_in=(wanted,)) if wanted else None

    if wanted and wanted not in principal.roles:
        raise Unknown("space", wanted)
    spaces = [wanted] if wanted else sorted(principal.roles)
    all_in = [one for one in spaces if principal.holds(Role.AUTHOR, one)]
    own_in = [one for one in spaces if one not in all_in]
    return Seen(owner=principal.id, own_in=tuple(own_in), all_in=tuple(all_in))
