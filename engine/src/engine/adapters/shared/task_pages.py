"""Where a page of tasks begins and ends, and the cursor that leads to the next one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from engine.adapters.shared.instants import to_micros
from engine.domain.errors import Fault, InvalidInput
from engine.domain.frame import FrameStatus
from engine.domain.task_lists import TaskFilter, TaskSummary

AFTER_EVERY_INSTANT = 2**62
"""In microseconds, and still an integer of 64 bits, as both databases keep them."""

# At most 18 digits, so that a forged cursor cannot hold a number above 64 bits, which
# the databases refuse with an error of their own. ASCII digits only: `\d` matches more.
CREATED_AT = re.compile(r"[0-9]{1,18}")

Position = tuple[int, str]
"""When a task was created, in microseconds, and its path.

The path tells tasks apart that were created in the same microsecond.
"""


@dataclass(frozen=True, slots=True)
class Span:
    """Tasks created at `since` or later that come, newest first, after `before`."""

    since: int
    before: Position

    @classmethod
    def of(cls, which: TaskFilter, cursor: str | None) -> Self:
        """What is left after the page that gave the cursor; raises `InvalidInput`."""
        since = to_micros(which.since) if which.since else 0
        until = to_micros(which.until) if which.until else AFTER_EVERY_INSTANT

        # No path comes before the empty one: tasks created at `until` are left out.
        before: Position = (until, "")
        if cursor is not None:
            before = min(before, decode_cursor(cursor))

        return cls(since, before)


def cut(
    found: Sequence[TaskSummary], limit: int
) -> tuple[list[TaskSummary], str | None]:
    """The newest of the tasks that were found, and the cursor of the next page.

    Of each list that they come from one more than `limit` was asked for.
    """
    # A task may be in several lists: somebody's own one, and one of its space.
    once = {task.id: task for task in found}
    newest = sorted(once.values(), key=_position, reverse=True)
    page = newest[:limit]
    if len(newest) <= limit:
        return page, None
    return page, encode_cursor(_position(page[-1]))


def _position(task: TaskSummary) -> Position:
    return to_micros(task.created_at), task.id


def status_of(text: str) -> FrameStatus:
    """The status of a task in a list; one that a newer engine wrote counts as failed.

    >>> status_of("asleep")
    <FrameStatus.FAILED: 'error'>
    """
    return FrameStatus(text) if text in set(FrameStatus) else FrameStatus.FAILED


def encode_cursor(position: Position) -> str:
    """The cursor of the page after the task at this position.

    >>> decode_cursor(encode_cursor((5, "t.1")))
    (5, 't.1')
    """
    created_at, path = position
    return f"{created_at}.{path}"


def decode_cursor(cursor: str) -> Position:
    """The position of the last task of the page that gave this cursor.

    Raises `InvalidInput` if no page gave it.
    """
    created_at, _, path = cursor.partition(".")

    if not CREATED_AT.fullmatch(created_at):
        message = "the cursor is not the `next` of an earlier page"
        raise InvalidInput([Fault("bad-cursor", message, field="cursor")])

    return int(created_at), path
