"""Shows one run of a task: how it went, each attempt, what went in and came out."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group
from rich.text import Text

from engine.cli.client import EngineClient, segment
from engine.cli.marks import instant, local, mark, span
from engine.cli.show import with_short_blobs

SECTIONS = ("item", "params", "input", "out")
MAX_LINES = 40
"""Of a value or of what was printed, unless all of it is asked for."""

Run = dict[str, Any]


def read_run(client: EngineClient, task: str, place: str, whole: bool) -> Run:
    """A run by its node, or in a loop by `faces[2]/crop`."""
    path, _, node = place.rpartition("/")
    wanted = ",".join(SECTIONS) if whole else None
    found: Run = client.get(
        f"/tasks/{segment(task)}/runs/{segment(node)}", path=path or None, whole=wanted
    )
    return found


def drawn_run(run: Run, whole: bool) -> Group:
    """What is worth reading of a run, from its status to its values."""
    return Group(*_parts(run, whole))


def _parts(run: Run, whole: bool) -> Iterator[Text]:
    yield _head(run)
    yield from map(_attempt, run["attempts"])

    fault = run["fault"]
    if fault:
        yield _fault(fault)
    if run["waits_for"]:
        yield Text(f"waits for: {run['waits_for']}", "yellow")
    if run.get("printed"):
        yield _section("printed", str(run["printed"]), whole)

    for section in SECTIONS:
        value = run[section]
        if value is not None:
            yield _section(section, _written(section, value), whole)


def _head(run: Run) -> Text:
    took = span(instant(run["started_at"]), instant(run["ended_at"]))
    head = mark(run["status"], run["node"])
    facts = [run["path"], run["status"], took]
    items = run["items"]
    if items:
        facts.append(f"{items['done']} of {items['total']} items")
    head.append("  " + "  ".join(filter(None, facts)), "dim")
    return head


def _attempt(attempt: Mapping[str, Any]) -> Text:
    took = span(instant(attempt["at"]), instant(attempt["ended_at"]))
    facts = (local(attempt["at"]), took, attempt["instance"] or "")
    line = Text(f"attempt {attempt['number']}  {'  '.join(filter(None, facts))}", "dim")
    if attempt["error"]:
        line.append(f"  {attempt['error']}", "red")
    return line


def _fault(fault: Mapping[str, Any]) -> Text:
    line = f"line {fault['line']}" if fault["line"] else None
    place = ", ".join(filter(None, (fault["field"], line)))
    words = Text(f"{fault['code']}: {fault['message']}", "red")
    if place:
        words.append(f" ({place})", "red")
    if fault["hint"]:
        words.append(f"\n→ {fault['hint']}")
    return words


def _written(section: str, value: Any) -> str:
    match value:
        case {"cut": True, "bytes": size, **rest} if not rest:
            return f"{size:,} bytes: --whole shows them"
    return json.dumps(with_short_blobs(value), ensure_ascii=False, indent=2)


def _section(name: str, text: str, whole: bool) -> Text:
    lines = text.splitlines()
    shown = lines if whole else lines[:MAX_LINES]
    section = Text(f"\n{name}\n", "bold")
    section.append("\n".join(shown), "")

    hidden = len(lines) - len(shown)
    if hidden:
        section.append(f"\n… and {hidden} more lines: --whole shows them", "dim")
    return section
