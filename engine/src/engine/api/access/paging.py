"""Pages of lists of people: bounded, and each says where the next one begins."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from engine.api.limits import MAX_CURSOR_CHARACTERS
from engine.domain.values import Json

MAX_PAGE_PEOPLE = 500
DEFAULT_PAGE = 100

Cursor = Annotated[
    str,
    Query(max_length=MAX_CURSOR_CHARACTERS, description="`next` of the page before"),
]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE_PEOPLE)]


def page(items: Sequence[Json], following: str | None) -> Json:
    """A page as it is answered."""
    return {"items": items, "next": following}
