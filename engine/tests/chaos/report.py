"""The outcome of each scenario.

`python -m chaos.report` prints the table; with a document it is written into that.
"""

import sys

from result_table import ResultTable, Row


def _cells(row: Row) -> list[str]:
    """How a row is shown.

    >>> row = {"scenario": 1, "on": "embedded", "did": "x", "hits": {"kills": 2}}
    >>> more = {"tasks": 3, "outcome": "held", "healing": 0.5, "seconds": 1.26}
    >>> _cells(row | more)
    ['1', 'embedded', 'x', '2 kills', '3', 'held', '0.5', '1.3']
    """
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


SCENARIOS = ResultTable(
    name="chaos",
    columns={
        "scenario": "--:",
        "on": "---",
        "what was done": "---",
        "faults that hit": "---",
        "tasks": "--:",
        "outcome": "---",
        "last end after healing, s": "--:",
        "whole run, s": "--:",
    },
    place=lambda row: (row["scenario"], row["on"]),
    cells=_cells,
)


if __name__ == "__main__":
    SCENARIOS.main(*sys.argv[1:])
