"""What became of each scenario: rows in a file, a table for people.

`python -m chaos.report` prints the table; with a document it is written into that.
"""

import json
import sys
from pathlib import Path
from typing import Any

ROWS = Path(__file__).parents[3] / "out" / "chaos.jsonl"
BEGIN, END = "<!-- table of `make chaos` -->", "<!-- end of the table -->"
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


def add(**row: Any) -> None:
    """Remember what became of a scenario."""
    ROWS.parent.mkdir(exist_ok=True)
    with ROWS.open("a") as file:
        file.write(json.dumps(row) + "\n")


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as Markdown; of a scenario that ran again, its last run.

    >>> row = {"scenario": 1, "on": "embedded", "did": "x", "hits": {"kills": 2}}
    >>> more = {"tasks": 3, "outcome": "held", "healing": 0.5, "seconds": 1.26}
    >>> print(table([row | more]).splitlines()[-1])
    | 1 | embedded | x | 2 kills | 3 | held | 0.5 | 1.3 |
    """
    last = {(row["scenario"], row["on"]): row for row in rows}
    cells = [list(COLUMNS), list(COLUMNS.values())]
    cells += [_cells(last[place]) for place in sorted(last)]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def _cells(row: dict[str, Any]) -> list[str]:
    hits = ", ".join(f"{times:,} {fault}" for fault, times in row["hits"].items())
    times = f"{row['healing']:.1f}", f"{row['seconds']:.1f}"
    what = str(row["scenario"]), row["on"], row["did"], hits
    return [*what, f"{row['tasks']:,}", row["outcome"], *times]


def written(document: str, rows: list[dict[str, Any]]) -> str:
    """The document with the table between its two markers."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table(rows)}\n{END}{after}"


def main(*documents: str) -> None:
    """Print the table; write it into each document."""
    rows = [json.loads(line) for line in ROWS.read_text().splitlines()]
    print(table(rows))
    for name in documents:
        path = Path(name)
        path.write_text(written(path.read_text("utf-8"), rows), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
