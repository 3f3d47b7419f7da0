"""Draws a task as a tree: its runs, and inside a loop the runs of each item."""

import json
import re
from typing import Any

from rich.text import Text
from rich.tree import Tree

from engine.cli.marks import instant, local, mark, span

ITEMS = 20  # of a loop, unless all are asked for
LAST = re.compile(r"/([^/\[]+?)(?:\.\d+)?\[(\d+)\]$")  # …/faces[2]: item 2 of faces

Frame = dict[str, Any]


def task_tree(raw: Frame, everything: bool = False) -> Tree:
    """The tree of what `GET /tasks/{id}/raw` says."""
    head = mark(raw["status"], raw["route"])
    began, ended = instant(raw["created_at"]), instant(raw["ended_at"])
    about = f"{raw['id']}  {local(raw['created_at'])}  {span(began, ended)}"
    head.append(f"  {about}", "dim")
    if raw["status"] == "error" and raw["message"]:
        head.append(f"\n{raw['message']}", "red")
    tree = Tree(head, guide_style="dim")
    _add_runs(tree, raw, raw["frames"], ITEMS if not everything else len(raw["frames"]))
    return tree


def _add_runs(tree: Tree, frame: Frame, frames: list[Frame], most: int) -> None:
    for node, run in frame["runs"].items():
        branch = tree.add(_line(node, run))
        items = [
            (int(place[2]), inner)
            for inner in frames
            if (place := LAST.search(inner["path"]))
            and place[1] == node
            and inner["path"][: place.start()] == frame["path"]
        ]
        _add_items(branch, items, frames, most)


def _add_items(
    branch: Tree, items: list[tuple[int, Frame]], frames: list[Frame], most: int
) -> None:
    """The first items, but rather those that did not end well."""
    items.sort(key=lambda pair: (pair[1]["status"] == "finished", pair[0]))
    for index, inner in sorted(items[:most], key=lambda pair: pair[0]):
        label = mark(inner["status"], f"[{index}]")
        label.append(f"  {_brief(inner['item'])}", "dim")
        _add_runs(branch.add(label), inner, frames, most)
    if len(items) > most:
        branch.add(f"[dim]… and {len(items) - most} more: --all shows them[/]")


def _line(node: str, run: Frame) -> Text:
    line = mark(run["status"], node)
    took = span(instant(run["started_at"]), instant(run["ended_at"]))
    loop = run["items"]
    about = (
        run["status"],
        took,
        f"{run['attempts']} attempts" if run["attempts"] > 1 else "",
        f"round {run['round'] + 1}" if run["round"] else "",
        f"{loop['done']} of {loop['total']} items" if loop else "",
    )
    line.append("  " + ", ".join(filter(None, about)), "dim")
    for text, style in ((run["error"], "red"), (run["waits_for"], "yellow")):
        if text and text not in line.plain:
            line.append(f"\n{text}", style)
    return line


def _brief(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"
