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
ITEM_PATH = re.compile(r"/([^/\[]+?)(?:\.\d+)?\[(\d+)\]$")
"""`…/faces[2]` is item 2 of the loop `faces`; `…/faces.1[2]` of its second round."""

Frame = dict[str, Any]
"""A frame as `GET /tasks/{id}/raw` tells it."""
Item = tuple[int, Frame]
"""The index of an item, and the frame in which it ran."""


def task_tree(raw: Frame, everything: bool = False) -> Tree:
    """The tree of what `GET /tasks/{id}/raw` answers."""
    tree = Tree(_head(raw), guide_style="dim")
    frames = raw["frames"]
    drawing = _Drawing(frames, len(frames) if everything else SHOWN_ITEMS)
    drawing.add_runs(tree, raw)
    return tree


def _head(raw: Frame) -> Text:
    took = span(instant(raw["created_at"]), instant(raw["ended_at"]))
    head = mark(raw["status"], raw["route"])
    head.append(f"  {raw['id']}  {local(raw['created_at'])}  {took}", "dim")

    if raw["status"] == "error" and raw["message"]:
        head.append(f"\n{raw['message']}", "red")
    return head


class _Drawing:
    """Adds runs and items to the tree, each below what it belongs to."""

    def __init__(self, frames: Sequence[Frame], shown_items: int) -> None:
        self._frames = frames
        self._shown_items = shown_items

    def add_runs(self, tree: Tree, frame: Frame) -> None:
        """The runs of a frame, and the items of those that are loops."""
        for node, run in frame["runs"].items():
            branch = tree.add(_run_line(node, run))
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


def _facts(run: Mapping[str, Any]) -> list[str]:
    """What is worth saying of a run."""
    facts = [run["status"]]
    took = span(instant(run["started_at"]), instant(run["ended_at"]))
    if took:
        facts.append(took)
    if run["attempts"] > 1:
        facts.append(f"{run['attempts']} attempts")
    if run["round"]:
        facts.append(f"round {run['round'] + 1}")
    items = run["items"]
    if items:
        facts.append(f"{items['done']} of {items['total']} items")
    return facts


def _brief(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= MAX_VALUE_CHARACTERS:
        return text
    return text[: MAX_VALUE_CHARACTERS - 1] + "…"
