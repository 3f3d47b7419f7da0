"""The outcome of each scenario: rows in a file, a table for people.

`python -m chaos.report` prints the table; with a document it is written into that.
"""

import json
import sys
from pathlib import Path
from typing import Any

ROWS_FILE = Path(__file__).parents[3] / "out" / "chaos.jsonl"

TABLE_BEGIN = "<!-- table of `make chaos` -->"
TABLE_END = "<!-- end of the table -->"

COLUMNS = {
    "scenario": "--:",
    "on": "---",
    "what was done": "---",
    "faults that hit": "---",
    "tasks": "--:",
    "outcome": "---",
    "last end after healing, s": "--:",
    "whole run, s": "--:",
}
"""Titles, and how Markdown aligns the column."""


def add(**row: Any) -> None:
    """Keep the outcome of a scenario."""
    ROWS_FILE.parent.mkdir(exist_ok=True)
    with ROWS_FILE.open("a") as file:
        file.write(json.dumps(row) + "\n")


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as Markdown; of a scenario that ran again, its last run.

    >>> row = {"scenario": 1, "on": "embedded", "did": "x", "hits": {"kills": 2}}
    >>> more = {"tasks": 3, "outcome": "held", "healing": 0.5, "seconds": 1.26}
    >>> print(table([row | more]).splitlines()[-1])
    | 1 | embedded | x | 2 kills | 3 | held | 0.5 | 1.3 |
    """
    last = {(row["scenario"], row["on"]): row for row in rows}
    lines = [list(COLUMNS), list(COLUMNS.values())]
    lines += [_cells(last[place]) for place in sorted(last)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: dict[str, Any]) -> list[str]:
    hits = [f"{times:,} {fault}" for fault, times in row["hits"].items()]
    return [
        str(row["scenario"]),
        row["on"],
        row["did"],
        ", ".join(hits),
        f"{row['tasks']:,}",
        row["outcome"],
        f"{row['healing']:.1f}",
        f"{row['seconds']:.1f}",
    ]


def written(document: str, rows: list[dict[str, Any]]) -> str:
    """The document with the table between its two markers."""
    before, _, rest = document.partition(TABLE_BEGIN)
    _, _, after = rest.partition(TABLE_END)
    return f"{before}{TABLE_BEGIN}\n{table(rows)}\n{TABLE_END}{after}"


def main(*documents: str) -> None:
    """Print the table; write it into each document."""
    rows = [json.loads(line) for line in ROWS_FILE.read_text().splitlines()]
    print(table(rows))

    for name in documents:
        path = Path(name)
        document = path.read_text("utf-8")
        path.write_text(written(document, rows), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
