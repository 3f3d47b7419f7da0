"""Code is read in several threads at once: each reads its own."""

import ast
import gc
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from engine.domain.checks.code.reading import parsed


@pytest.fixture
def threads_that_interrupt() -> Iterator[None]:
    """The next thread has its turn in the middle of making a tree, again and again."""

    def hand_over(phase: str, info: dict[str, int]) -> None:
        time.sleep(0)

    before = gc.get_threshold()
    gc.callbacks.append(hand_over)
    gc.set_threshold(5)
    yield
    gc.set_threshold(*before)
    gc.callbacks.remove(hand_over)


@pytest.mark.usefixtures("threads_that_interrupt")
def test_pieces_of_code_are_read_at_once() -> None:
    piece = "if ready and [one for one in words if one]: node.out['a'] = (1, 2)\n" * 20

    with ThreadPoolExecutor(4) as threads:
        trees = list(threads.map(lambda _: parsed(piece, expression=False), range(100)))

    assert len(trees) == 100


def test_what_python_never_reads_is_not_tried_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[str] = []

    def broken(source: str, **_: object) -> ast.AST:
        tried.append(source)
        raise SystemError("of another kind")

    monkeypatch.setattr(ast, "parse", broken)

    with pytest.raises(SystemError, match="of another kind"):
        parsed("a", expression=True)
    assert len(tried) == 101


def test_warnings_are_silenced_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed("a", expression=True)
    # It takes the filter out and puts it in again, which two threads may do at once.
    monkeypatch.delattr(warnings, "filterwarnings")

    parsed("a", expression=True)


@pytest.mark.filterwarnings("error")
def test_what_python_warns_of_concerns_nobody_in_any_thread() -> None:
    parsed("a", expression=True)
    before = list(warnings.filters)

    def odd(number: int) -> ast.AST:
        return parsed(rf"'\d{number}' is 'a'", expression=True)

    with ThreadPoolExecutor(4) as threads:
        trees = list(threads.map(odd, range(500)))

    assert len(trees) == 500
    assert warnings.filters == before
