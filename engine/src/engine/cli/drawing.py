"""Draws a pipeline with the characters of a terminal."""

from collections.abc import Mapping
from typing import Any

Node = Mapping[str, Any]

LINKS = ("   ", "──▶", "   ", "   ")
"""What stands between two boxes, row by row."""


def chain(pipeline: Mapping[str, Any]) -> str:
    """The nodes one after the other, for a pipeline without forks.

    >>> first = {"id": "photo", "type": "entry"}
    >>> last = {"id": "result", "type": "end"}
    >>> print(chain({"nodes": [first, last]}))
    ┌───────┐   ┌────────┐
    │ photo ├──▶│ result │
    │ entry │   │ end    │
    └───────┘   └────────┘
    """
    boxes = [_box(node) for node in pipeline["nodes"]]
    rows = zip(*boxes, strict=True)

    lines = [link.join(row) for link, row in zip(LINKS, rows, strict=True)]
    return "\n".join(lines)


def _box(node: Node) -> list[str]:
    """The four rows of a node."""
    words = (node["id"], node.get("service") or node["type"])
    width = max(map(len, words))
    line = "─" * (width + 2)
    right_side = "│" if node["type"] == "end" else "├"

    first, second = (f"│ {word:{width}} " for word in words)
    return [
        f"┌{line}┐",
        f"{first}{right_side}",
        f"{second}│",
        f"└{line}┘",
    ]
