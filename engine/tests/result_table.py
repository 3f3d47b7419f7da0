"""Outcomes of long tests: rows in a file, a table for people and for the docs."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

Row = dict[str, Any]

OUT = Path(__file__).parents[2] / "out"


class ResultTable(Struct, frozen=True, kw_only=True):
    """A kind of outcome: where its rows are kept, and how a row is shown."""

    name: str
    """The make target that gives the rows."""
    columns: Mapping[str, str]
    """Titles, and how Markdown aligns the column."""
    place: Callable[[Row], Any]
    """Of two rows with the same place the later counts; rows are sorted by it."""
    cells: Callable[[Row], Sequence[str]]

    @property
    def file(self) -> Path:
        return OUT / f"{self.name}.jsonl"

    @property
    def begin(self) -> str:
        """The line of a document after which the table stands."""
        return f"<!-- table of `make {self.name}` -->"

    @property
    def end(self) -> str:
        """The line of a document before which the table stands."""
        return "<!-- end of the table -->"

    def add(self, **row: Any) -> None:
        """Keep an outcome."""
        self.file.parent.mkdir(exist_ok=True)
        with self.file.open("a") as file:
            file.write(json.dumps(row) + "\n")

    def markdown(self, rows: Sequence[Row]) -> str:
        """The rows as Markdown; of a test that ran again, its last row."""
        last = {self.place(row): row for row in rows}
        lines = [list(self.columns), list(self.columns.values())]
        lines += [list(self.cells(last[place])) for place in sorted(last)]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def written(self, document: str, rows: Sequence[Row]) -> str:
        """The document with the table between its two markers."""
        before, _, rest = document.partition(self.begin)
        _, _, after = rest.partition(self.end)
        return f"{before}{self.begin}\n{self.markdown(rows)}\n{self.end}{after}"

    def main(self, *documents: str) -> None:
        """Print the table; write it into each document."""
        rows = [json.loads(line) for line in self.file.read_text().splitlines()]
        print(self.markdown(rows))

        for name in documents:
            path = Path(name)
            document = path.read_text("utf-8")
            path.write_text(self.written(document, rows), "utf-8")
