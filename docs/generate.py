"""Writes what pages of docs/ take from the code: `make docs`; a test compares them.

A generated block stands between `<!-- generated: NAME -->` and `<!-- end -->`.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.domain.access.rights import Named, Need
from engine.domain.access.table import TABLE
from engine.domain.run import ACTIVE, NEXT, Status

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "engine/src/engine"
PAGE = ROOT / "docs/explanation/architecture.md"
PAGES = (PAGE, ROOT / "docs/reference/roles.md")
"""Those that have generated blocks."""
BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

FLOORS = (
    ("domain", "Pure: no clock, no randomness, no waiting, no I/O."),
    ("domain/access", "Who may do what: roles, people, credentials, one table."),
    ("domain/checks", "Each check takes a document and yields its faults."),
    ("domain/checks/code", "The checks of code. It is read, never run."),
    ("domain/contracts", "What goes into a route, and what comes out of it."),
    ("domain/nodes", "How each kind of node begins and ends."),
    ("domain/edits", "Edits of documents, by syntax and scope."),
    ("domain/errors", "What can go wrong on purpose, each worded once."),
    ("ports", "What the engine needs from outside, described by what must hold."),
    ("bootstrap", "The one place that knows all parts, and puts them together."),
    ("settings", "Environment variables, their defaults and their checks."),
    ("usecases", "What can be asked of the engine. They know ports, no technology."),
    ("usecases/access", "What can be asked of accounts."),
    ("adapters", "Behind the ports. They know no use case."),
    ("adapters/sqlite", "State, embedded."),
    ("adapters/disk", "Blobs, embedded."),
    ("adapters/mongo", "State, in a cluster."),
    ("adapters/s3", "Blobs, in a cluster."),
    ("adapters/nats", "The inbox of a cluster."),
    ("adapters/oidc", "People of a provider of OpenID Connect."),
    ("adapters/http", "Requests to services, `http` nodes and callers."),
    ("adapters/judging", "Data that is judged by contracts."),
    ("adapters/sandbox", "The code of authors."),
    ("adapters/sandbox/walls", "What the kernel takes away from a worker."),
    ("adapters/upkeep", "Looking at stores, backing them up, restoring them."),
    ("adapters/shared", "What more than one adapter needs."),
    ("api", "HTTP. Each handler parses, calls one use case, answers."),
    ("api/access", "Who asks, and what they may: in front of every endpoint."),
    ("api/body", "Request bodies."),
    ("cli", "The command `marketplace`."),
    (".", "What stands between the floors, and on top."),
)

MEANINGS = {
    ("pending", "waiting"): "it has a delay",
    ("pending", "calling"): "its predecessors have ended",
    ("pending", "looping"): "a loop with items",
    ("pending", "skipped"): "no path leads here",
    ("calling", "working"): "the service took it",
    ("calling", "retrying"): "failed or busy",
    ("working", "retrying"): "failed, or too late",
    ("retrying", "calling"): "the wait is over",
    ("waiting", "calling"): "the delay is over",
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


WHO = {
    Need.PUBLIC: "everybody, signed in or not",
    Need.SIGNED_IN: "every person with an account",
    Need.READER: "reader, author, owner, administrator",
    Need.AUTHOR: "author, owner, administrator",
    Need.OWNER: "owner, administrator",
    Need.ADMINISTRATOR: "administrator",
}

WHOSE = {
    Named.TASK: "who started it; of tasks of others: {}",
    Named.PERSON: "the person themselves, {}",
}
"""What is added where it makes a difference whose the object is."""


def rights() -> Iterator[str]:
    """The table of rights: each call, who may make it, and with which token."""
    yield "| Call | Who may | Scope of a token |\n|---|---|---|"
    for call, right in TABLE.items():
        who = WHO[right.need]
        if right.own:
            who = WHOSE[right.named].format(who)
        yield f"| `{call}` | {who} | {f'`{right.scope}`' if right.scope else 'any'} |"


MAKERS: dict[str, Callable[[], Iterator[str]]] = {
    "floors": floors,
    "rights": rights,
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
    for page in PAGES:
        page.write_text(generated(page.read_text("utf-8")), "utf-8")
