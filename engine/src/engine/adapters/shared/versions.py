"""Versions of pipelines in both databases: which is expected, and pages of them."""

from collections.abc import Sequence

from engine.adapters.shared.instants import from_micros
from engine.adapters.shared.task_pages import (
    AFTER_EVERY_INSTANT,
    Position,
    decode_cursor,
    encode_cursor,
)
from engine.domain.errors import VersionMoved
from engine.ports import ANY_VERSION, NO_VERSION, KeptVersion

UNKNOWN_INSTANT = 0
"""When a version was published of which nobody knows it: before engines kept it."""


def expect_version(route: str, expected: str | None, current: str | None) -> None:
    """Raises `VersionMoved` unless the version that is expected is the current one."""
    fits = {
        None: True,
        ANY_VERSION: current is not None,
        NO_VERSION: current is None,
    }.get(expected, current == expected)
    if not fits:
        raise VersionMoved(route, current)


def after_cursor(cursor: str | None) -> Position:
    """The position after which a page begins; raises `InvalidInput`."""
    return (AFTER_EVERY_INSTANT, "") if cursor is None else decode_cursor(cursor)


def version_page(
    rows: Sequence[tuple[str, int, str]], limit: int
) -> tuple[Sequence[KeptVersion], str | None]:
    """A page made of its rows, and the cursor of the next one if there are more."""
    page = [
        KeptVersion(version, from_micros(at) if at else None, published_by)
        for version, at, published_by in rows[:limit]
    ]
    if len(rows) <= limit:
        return page, None

    version, at, _ = rows[limit - 1]
    return page, encode_cursor((at, version))
