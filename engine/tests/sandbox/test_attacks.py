"""Code that wants out, or wants everything, ends as an error of its run alone."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, thread_time

import pytest
from engine.adapters.sandbox.aliases import with_aliases
from engine.adapters.sandbox.source import read_source
from engine.domain.errors import CodeFailed

from .attacks import ESCAPES, EXHAUSTION, HARMLESS, OUTPUTS

ATTACKS = ESCAPES | EXHAUSTION | OUTPUTS
MAX_SECONDS = 1.5
"""Of an attack: the worker is killed after 0.5 s at most, and another one starts."""

TRIES = 3
"""A busy machine may delay one, but not each."""

ANY_LIMIT = "ran longer than|MiB of memory"
"""Which limit is met first depends on how busy the machine is."""


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_ends_soon_as_an_error_of_the_code(run, nodes, name: str) -> None:
    source, message = ATTACKS[name]
    expected = message if name in ESCAPES else f"{message}|{ANY_LIMIT}"

    for _ in range(TRIES):
        started_at = monotonic()
        with pytest.raises(CodeFailed, match=expected) as failed:
            run(source, **nodes)
        seconds = monotonic() - started_at
        if seconds < MAX_SECONDS:
            break

    assert seconds < MAX_SECONDS
    assert len(str(failed.value)) < 600
    assert not os.path.exists("/tmp/escaped")  # nosec B108: the attacks' own target


@pytest.mark.parametrize("name", HARMLESS)
def test_what_looks_like_an_attack_may_just_do_nothing(run, nodes, name: str) -> None:
    assert run(HARMLESS[name], **nodes) == {}


@pytest.mark.parametrize("name", HARMLESS)
def test_confused_code_confuses_only_itself(run, nodes, name: str) -> None:
    source = "out = node.out\n" + HARMLESS[name].replace("return", "")

    changes = run(source + "\nout['n'] = [1, 2]", **nodes)

    assert changes == {"this": {"out": {"n": [1, 2]}}}


def test_there_are_many_attacks() -> None:
    assert len(ATTACKS) >= 40


def test_nothing_is_left_for_the_next_author(run, value) -> None:
    run("import json\nmine = 1\ntype(node).get = None\nsetattr(node, 'x', 1)")

    assert value("node.get('id') == 'this' and not hasattr(node, 'x')") is True
    with pytest.raises(CodeFailed, match="'mine' is not defined"):
        value("mine")


@contextmanager
def no_collection() -> Iterator[None]:
    """No garbage is collected in the block: in a process that ran thousands of tests
    that takes a quarter of a second, which is not the block's."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "unit",
    ["'''\\", '"""\\', "'", '"\\', "f'{", "{", "a-", "-a", "a", " ", ".", ". ", "a.b ",
     "\\", "#", "a(", "loop.", "out.", ".a=", "0", "f'''{a-b}", "a--"],
)  # fmt: skip
def test_reading_a_source_takes_linear_time(unit: str) -> None:
    source = (unit * 8192)[:8192]
    ids = {"-".join("a" * 50), "a-b"}

    with no_collection():
        started = thread_time()
        read_source(source)
        with_aliases(source, ids)
        taken = thread_time() - started

    assert taken < 0.2
