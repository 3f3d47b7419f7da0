"""The checks know what there is of Python in the sandbox, and refuse what is not."""

import builtins
import re
import sys
from importlib import import_module
from pathlib import Path

import pytest
from engine.domain.checks.code.dialect import BUILTINS, MODULES
from engine.domain.code import RESERVED_NAMES
from engine.domain.errors import CodeFailed
from sandbox.conftest import Run


def fails(run: Run, source: str) -> bool:
    try:
        run(source)
    except CodeFailed:
        return True
    return False


def test_the_builtin_names_of_the_sandbox_are_known(run: Run) -> None:
    names = {*vars(builtins), *BUILTINS} - {*RESERVED_NAMES}

    offered = {name for name in names if not fails(run, f"x = {name}")}

    assert offered == BUILTINS


def test_the_modules_of_the_sandbox_are_known(run: Run) -> None:
    public = {name for name in sys.stdlib_module_names if not name.startswith("_")}

    offered = {name for name in public | MODULES if not fails(run, f"import {name}")}

    assert offered == MODULES


def modules_of_the_page() -> dict[str, set[str]]:
    page = Path(__file__).parents[3] / "docs" / "reference" / "pipelines.md"
    chapter = page.read_text().partition("### Modules")[2].partition("\n#")[0]
    rows = [re.findall(r"`([\w.]+)`", row) for row in chapter.splitlines()]
    return {names[0]: set(names[1:]) for names in rows if len(names) > 1}


WITHOUT_A_WORLD = {"asyncio", "os", "os.path", "pathlib", "posixpath", "sys"}
"""What code may import, and finds nothing behind."""


@pytest.mark.parametrize("module", sorted(MODULES - WITHOUT_A_WORLD))
def test_the_page_names_all_that_a_module_offers(run: Run, module: str) -> None:
    names = [name for name in dir(import_module(module)) if name[0] != "_"]
    probe = f"[name for name in {names!r} if hasattr({module}, name)]"

    offered = run(f"import {module}\nnode.out['names'] = {probe}")["this"]["out"][
        "names"
    ]

    assert modules_of_the_page()[module] == set(offered)


@pytest.mark.parametrize(
    "source",
    [
        "del node.out['x']",
        "def f():\n  yield 1",
        "x = [y async for y in node.out]",
        "class A(dict):\n  pass",
        "from math import *",
        "try:\n  pass\nexcept* ValueError:\n  pass",
        "break",
        "await node",
        "nonlocal x",
        "import collections.abc",
    ],
)
def test_what_the_checks_refuse_fails_in_the_sandbox_too(run: Run, source: str) -> None:
    assert fails(run, source)
