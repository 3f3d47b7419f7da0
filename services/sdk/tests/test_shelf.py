"""Results are kept for a while, a bounded number of them."""

from pathlib import Path

from service_sdk.results import Failure
from service_sdk.shelf import Shelf

OUTCOME = Failure("for the test")


def test_an_expired_result_is_erased_with_its_files(tmp_path: Path) -> None:
    now = 100.0
    shelf = Shelf(size=9, keep_seconds=60, clock=lambda: now)
    shelf.put("task", OUTCOME, tmp_path)

    now = 159.0
    in_time = shelf.find("task")
    now = 160.0

    assert in_time == OUTCOME
    assert shelf.find("task") is None
    assert not tmp_path.exists()


def test_one_too_many_erases_the_oldest(tmp_path: Path) -> None:
    shelf = Shelf(size=2, keep_seconds=60, clock=lambda: 0)

    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        shelf.put(name, OUTCOME, tmp_path / name)

    assert [shelf.find(name) for name in ("a", "b", "c")] == [None, OUTCOME, OUTCOME]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "c"]


def test_a_later_result_of_the_same_task_replaces_the_first(tmp_path: Path) -> None:
    shelf = Shelf(size=2, keep_seconds=60, clock=lambda: 0)
    old = tmp_path / "old"
    new = tmp_path / "new"
    old.mkdir()
    new.mkdir()

    shelf.put("task", OUTCOME, old)
    shelf.put("task", OUTCOME, new)

    assert shelf.find("task") == OUTCOME
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
