"""Whether this engine can read the documents of tasks that are there."""

from collections.abc import Iterable, Iterator

from engine.adapters.upkeep.findings import Finding, Level
from engine.domain.errors import UnreadableDocument
from engine.domain.frame_json import decode

LOOKED_AT = 10_000
"""Documents of open frames: those that a new engine goes on with first."""

ASK_FIRST = (
    "look at these tasks with the engine that wrote them, and let them end or delete "
    "them before you upgrade"
)


def forms(documents: Iterable[tuple[str, bytes | str]]) -> Iterator[Finding]:
    """What there is to say of open frames, by their path."""
    newer: list[str] = []
    broken: list[str] = []
    count = 0

    for path, document in documents:
        count += 1
        try:
            decode(document)
        except UnreadableDocument as error:
            (newer if error.newer else broken).append(path)

    if newer:
        yield Finding(
            Level.WRONG,
            f"{len(newer)} open frames were written by a newer engine, and this one "
            f"leaves them alone: {_some(newer)}",
            "upgrade this engine, or let the newer one finish them",
        )
    if broken:
        yield Finding(
            Level.WRONG,
            f"{len(broken)} open frames cannot be read, and would fail: "
            f"{_some(broken)}",
            ASK_FIRST,
        )
    if not newer and not broken:
        yield Finding(Level.GOOD, f"{count} open frames can be read, and go on")


def _some(paths: list[str]) -> str:
    return ", ".join(paths[:3]) + (", …" if len(paths) > 3 else "")
