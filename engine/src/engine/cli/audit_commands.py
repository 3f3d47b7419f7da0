"""`marketplace audit`: export who did what, and verify that nothing was changed."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.options import Engine
from engine.cli.trouble import Trouble, console
from engine.program import DEFAULT_ENGINE

group = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The audit log, where the engine has accounts: who did what.",
)
PAGE_ENTRIES = 1_000


@group.command()
def export(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Into this file.")
    ] = None,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Print the whole log, an entry in JSON on each line."""
    lines = _lines_of(engine)
    if output is None:
        for line in lines:
            typer.echo(line)
        return
    with output.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


@group.command()
def verify(
    file: Annotated[
        Path | None, typer.Argument(help="An export.  [default: ask the engine]")
    ] = None,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Check that each entry follows the one before, and none was changed."""
    if file is None:
        count, erased = _verified(_lines_of(engine))
    else:
        with file.open(encoding="utf-8") as lines:
            count, erased = _verified(lines)
    console().confirm(f"{count} entries: each follows the one before")
    if erased:
        console().print(f"in {erased} of them a person was erased")


def _verified(lines: Iterable[str]) -> tuple[int, int]:
    """How many entries there are, and of how many parts were erased.

    Raises `Trouble` at the first that is wrong.
    """
    import orjson

    from engine.domain.access.audit import Chain, Entry

    chain = Chain()
    count = 0
    for line in lines:
        count += 1
        try:
            wrong = chain.take(Entry.from_json(orjson.loads(line)))
        except (KeyError, ValueError, TypeError):
            wrong = f"line {count} is no entry"
        if wrong:
            raise Trouble(f"the log was changed: {wrong}", "compare it with an export")
    return count, chain.erased


def _lines_of(engine: str) -> Iterator[str]:
    """The entries that an engine has, page by page."""
    import orjson

    from engine.cli.client import EngineClient

    after: int | None = 0
    with EngineClient(engine) as client:
        while after is not None:
            page = client.get("/audit", after=after, limit=PAGE_ENTRIES)
            yield from (orjson.dumps(entry).decode() for entry in page["items"])
            after = page["next"]
