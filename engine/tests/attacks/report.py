"""The figures of each attack.

`python -m attacks.report` prints the table; with a document it is written into that.
"""

import sys

from result_table import ResultTable, Row


def _cells(row: Row) -> list[str]:
    """How a row is shown.

    >>> row = {"item": 2, "attack": "doublings", "on": "embedded", "outcome": "refused"}
    >>> figures = {"memory": 3 << 20, "stall": 0.02, "factor": 1.26, "slowest": 0.1}
    >>> _cells(row | figures)
    ['2', 'doublings', 'embedded', '+3', '20', '1.3 ×', '100', 'refused']
    """
    return [
        str(row["item"]),
        row["attack"],
        row["on"],
        f"{row['memory'] / (1 << 20):+.0f}",
        f"{row['stall'] * 1000:.0f}",
        f"{row['factor']:.1f} ×",
        f"{row['slowest'] * 1000:.0f}",
        row["outcome"],
    ]


ATTACKS = ResultTable(
    name="attack",
    columns={
        "item": "--:",
        "attack": "---",
        "on": "---",
        "memory, MB": "--:",
        "longest stall, ms": "--:",
        "an ordinary task": "--:",
        "the slowest, ms": "--:",
        "how it ended": "---",
    },
    place=lambda row: (row["item"], row["attack"], row["on"]),
    cells=_cells,
)


if __name__ == "__main__":
    ATTACKS.main(*sys.argv[1:])
