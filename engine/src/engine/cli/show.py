"""Draws a task as a tree: its runs, and inside a loop the runs of each item."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text
from rich.tree import Tree

from engine.cli.marks import instant, local, mark, span

SHOWN_ITEMS = 20
"""Of a loop, unless all are asked for."""
MAX_VALUE_CHARACTERS = 60
MAX_SECTION_CHARACTERS = 200
"""Of an input or output: it is meant for a line or two."""
ITEM_PATH = re.compile(r"/([^/\[]+?)(?:\.\d+)?\[(\d+)\]$")
"""`…/faces[2]` is item 2 of the loop `faces`; `…/faces.1[2]` of its second round."""

Frame = dict[str, Any]
"""A frame as `GET /tasks/{id}/raw` tells it."""
Item = tuple[int, Frame]
"""The index of an item, and the frame in which it ran."""


def task_tree(raw: Frame, everything: bool = False, values: bool = True) -> Tree:
    """The tree of what `GET /tasks/{id}/raw` answers; `values`: inputs and outputs."""
    tree = Tree(_head(raw), guide_style="dim")
    frames = raw["frames"]
    shown_items = len(frames) if everything else SHOWN_ITEMS
    drawing = _Drawing(frames, shown_items=shown_items, values=values)
    drawing.add_runs(tree, raw)
    return tree


def _head(raw: Frame) -> Text:
    took = span(instant(raw["created_at"]), instant(raw["ended_at"]))
    head = mark(raw["status"], raw["route"])
    head.append(f"  {raw['id']}  {local(raw['created_at'])}  {took}", "dim")

    # Engines of earlier versions tell none.
    trace = raw.get("trace_url") or raw.get("trace_id")
    if trace:
        head.append(f"\ntrace {trace}", "dim")
    if raw["status"] == "error" and raw["message"]:
        head.append(f"\n{raw['message']}", "red")
    return head


class _Drawing:
    """Adds runs and items to the tree, each below what it belongs to."""

    def __init__(
        self, frames: Sequence[Frame], *, shown_items: int, values: bool
    ) -> None:
        self._frames = frames
        self._shown_items = shown_items
        self._values = values

    def add_runs(self, tree: Tree, frame: Frame) -> None:
        """The runs of a frame, and the items of those that are loops."""
        for node, run in frame["runs"].items():
            line = _run_line(node, run)
            if self._values:
                _add_values(line, run)
            branch = tree.add(line)
            self._add_items(branch, self._items_of(frame["path"], node))

    def _items_of(self, path: str, node: str) -> list[Item]:
        items = []
        for frame in self._frames:
            place = ITEM_PATH.search(frame["path"])
            if place is None or place[1] != node:
                continue

            # A loop of the same name may be in another frame.
            if frame["path"][: place.start()] == path:
                items.append((int(place[2]), frame))
        return items

    def _add_items(self, branch: Tree, items: list[Item]) -> None:
        """Some of the items, in order; if not all are shown, rather those that failed
        or still run."""
        items.sort(key=lambda item: (item[1]["status"] == "finished", item[0]))
        shown = sorted(items[: self._shown_items], key=lambda item: item[0])

        for index, frame in shown:
            label = mark(frame["status"], f"[{index}]")
            label.append(f"  {_brief(frame['item'])}", "dim")
            self.add_runs(branch.add(label), frame)

        hidden = len(items) - len(shown)
        if hidden:
            branch.add(Text(f"… and {hidden} more: --all shows them", "dim"))


def _run_line(node: str, run: Mapping[str, Any]) -> Text:
    line = mark(run["status"], node)
    line.append("  " + ", ".join(_facts(run)), "dim")

    for text, style in ((run["error"], "red"), (run["waits_for"], "yellow")):
        # A run that waits because of an error has the same text in both fields.
        if text and text not in line.plain:
            line.append(f"\n{text}", style)
    return line


def _add_values(line: Text, run: Mapping[str, Any]) -> None:
    """Below the line of a run its input and its output, where it has some."""
    sections = ["input", "output"]
    # Many nodes hand on what they receive.
    if run.get("input") == run.get("output"):
        sections = ["output"]

    for section in sections:
        value = run.get(section)
        if value:
            text = _brief(with_short_blobs(value), MAX_SECTION_CHARACTERS)
            line.append(f"\n{section:6} {text}", "dim")

    printed = run.get("printed")
    if printed:
        line.append(f"\nprinted {_brief(printed, MAX_SECTION_CHARACTERS)}", "dim")


def with_short_blobs(value: Any) -> Any:
    """The value with a few words in the place of each file."""
    match value:
        case {"$blob": _, **about}:
            size = about.get("size")
            return f"<{about.get('type')}, {size} bytes>"
        case dict():
            return {key: with_short_blobs(item) for key, item in value.items()}
        case list():
            # No more of them would be shown.
            return [with_short_blobs(item) for item in value[:MAX_SECTION_CHARACTERS]]
    return value


def _facts(run: Mapping[str, Any]) -> list[str]:
    """What is worth saying of a run."""
    facts = [run["status"]]
    took = span(instant(run["started_at"]), instant(run["ended_at"]))
    if took:
        facts.append(took)
    # Of this round: `attempts` counts those of all rounds, and calls that had to wait.
    calls = run.get("calls", run["attempts"])
    if calls > 1:
        facts.append(f"{calls} attempts")
    if run["round"]:
        facts.append(f"round {run['round'] + 1}")
    items = run["items"]
    if items:
        facts.append(f"{items['done']} of {items['total']} items")
    return facts


def _brief(value: Any, limit: int = MAX_VALUE_CHARACTERS) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= limit:
        return text
    return text[: limit - 1] + "…"
