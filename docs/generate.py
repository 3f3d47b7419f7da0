"""Writes what pages of docs/ take from the code: `make docs`; a test compares them.

A generated block stands between `<!-- generated: NAME -->` and `<!-- end -->`.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.domain.run import ACTIVE, NEXT, Status

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "engine/src/engine"
PAGE = ROOT / "docs/explanation/architecture.md"
BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

FLOORS = (
    ("domain", "Pure: no clock, no randomness, no waiting, no I/O."),
    ("domain/checks", "Each check takes a document and yields its faults."),
    ("domain/nodes", "How each kind of node begins and ends."),
    ("usecases", "What can be asked of the engine. They know ports, no technology."),
    ("adapters", "Behind the ports. They know no use case."),
    ("adapters/sqlite", "State, embedded."),
    ("adapters/disk", "Blobs, embedded."),
    ("adapters/mongo", "State, in a cluster."),
    ("adapters/s3", "Blobs, in a cluster."),
    ("adapters/nats", "The inbox of a cluster."),
    ("adapters/http", "Requests to services, `http` nodes and callers."),
    ("adapters/sandbox", "The code of authors."),
    ("adapters/sandbox/walls", "What the kernel takes away from a worker."),
    ("adapters/shared", "What more than one adapter needs."),
    ("api", "HTTP. Each handler parses, calls one use case, answers."),
    ("api/body", "Request bodies."),
    ("cli", "The command `marketplace`."),
    (".", "What stands between the floors, and on top."),
)

MEANINGS = {
    ("pending", "calling"): "its predecessors have ended",
    ("pending", "looping"): "a loop with items",
    ("pending", "skipped"): "no path leads here",
    ("calling", "working"): "the service took it",
    ("calling", "retrying"): "failed or busy",
    ("working", "retrying"): "failed, or too late",
    ("retrying", "calling"): "the delay is over",
}


def floors() -> Iterator[str]:
    """The files of each folder of the engine, each with its job."""
    folders = {str(f.parent.relative_to(ENGINE)) for f in ENGINE.rglob("[a-z]*.py")}
    unknown = folders - {folder for folder, _ in FLOORS}
    if unknown:
        raise ValueError(f"FLOORS does not say what these folders are for: {unknown}")

    for folder, purpose in FLOORS:
        files = sorted((ENGINE / folder).glob("*.py"))
        name = "the top floor" if folder == "." else f"`{folder}/`"
        yield f"### {name}\n\n{purpose}\n\n| File | Its job |\n|---|---|"
        for file in files:
            if not file.name.startswith("__"):
                yield f"| `{file.relative_to(ENGINE)}` | {job(file)} |"
        yield ""


def job(file: Path) -> str:
    """The first line of a module's docstring."""
    text = ast.get_docstring(ast.parse(file.read_text("utf-8")))
    if not text:
        raise ValueError(f"{file} has no docstring: its first line says its job")
    return text.splitlines()[0].replace("|", "\\|")


def run_states() -> Iterator[str]:
    """The table `NEXT` as a state diagram, in the language of Mermaid."""
    order = list(Status).index
    open_states = [one for one in Status if one is Status.PENDING or one in ACTIVE]
    # ends that every open state can reach are drawn as one, or arrows hide the rest
    ends = frozenset.intersection(*(frozenset(NEXT[one]) for one in open_states))
    names = [str(one) for one in sorted(ends, key=order)]

    yield "```mermaid\nstateDiagram-v2"
    yield f'  state "{", ".join(names[:-1])} or {names[-1]}" as ended'
    yield "  [*] --> pending"
    for state in open_states:
        for following in sorted(NEXT[state] - ends, key=order):
            if following is not state:
                yield f"  {_arrow(state, following)}"
    for state in open_states:
        yield f"  {state} --> ended"
    yield "```"


def _arrow(state: Status, following: Status) -> str:
    meaning = MEANINGS.get((state, following))
    return f"{state} --> {following}" + (f": {meaning}" if meaning else "")


MAKERS: dict[str, Callable[[], Iterator[str]]] = {
    "floors": floors,
    "run_states": run_states,
}


def generated(page: str) -> str:
    """The text of a page with each of its blocks made anew."""

    def block(found: re.Match[str]) -> str:
        begin, name, end = found.groups()
        lines = "\n".join(MAKERS[name]()).strip()
        return f"{begin}\n{lines}\n\n{end}"

    return BLOCK.sub(block, page)


if __name__ == "__main__":
    PAGE.write_text(generated(PAGE.read_text("utf-8")), "utf-8")
