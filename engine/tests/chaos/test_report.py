"""The table of results, for people and for the documentation."""

from typing import Any

from chaos.report import SCENARIOS

ROW: dict[str, Any] = {
    "scenario": 9,
    "on": "embedded",
    "did": "the disk is full",
    "hits": {"full disks": 2},
    "tasks": 1234,
    "outcome": "held",
    "healing": 1,
    "seconds": 60,
}


def test_a_scenario_that_ran_again_has_one_row() -> None:
    first = ROW | {"outcome": "1 × nothing_is_stuck broken"}

    rows = [first, ROW | {"scenario": 10}, ROW]
    lines = SCENARIOS.markdown(rows).splitlines()

    assert [line[:6] for line in lines[2:]] == ["| 9 | ", "| 10 |"]
    assert "| 2 full disks | 1,234 | held | 1.0 | 60.0 |" in lines[2]


def test_a_document_gets_the_table_between_its_markers() -> None:
    begin = SCENARIOS.begin
    end = SCENARIOS.end
    document = f"Before.\n\n{begin}\nold\n{end}\n\nAfter.\n"

    once = SCENARIOS.written(document, [ROW])
    again = SCENARIOS.written(once, [ROW])

    table = SCENARIOS.markdown([ROW])
    assert again == f"Before.\n\n{begin}\n{table}\n{end}\n\nAfter.\n"
