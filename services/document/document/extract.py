"""What every reader returns, and how much text a document may have."""

from dataclasses import dataclass

from service_sdk import File
from service_sdk.errors import BadInput

MAX_CHARACTERS = 1_000_000  # of a whole document: more does not fit into one result


@dataclass(frozen=True)
class Extract:
    """The text of a document, page by page; a format without pages has one."""

    pages: list[str]
    title: str | None = None


def too_long(document: File) -> BadInput:
    """The error for a document whose text does not fit into a result."""
    return document.refuse(
        f"has more than {MAX_CHARACTERS} characters; send it in several parts"
    )
