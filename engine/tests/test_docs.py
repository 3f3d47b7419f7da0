"""The pages of docs/ say of the code what is true now."""

import re
from pathlib import Path

import pytest
from engine.domain.rules import Rules

from docs.generate import ENGINE, ROOT, generated
from docs.generate import PAGES as GENERATED

PATHS = re.compile(r"`([\w./-]+\.(?:py|md|toml|json))`")
NAME_AFTER_FILE = re.compile(r"`([\w./]+\.py)`: `([\w.]+)`")
NAME_BEFORE_FILE = re.compile(r"`([\w.]+)` in `([\w./]+\.py)`")
PAGES = (
    "docs/explanation/architecture.md",
    "docs/explanation/glossary.md",
    "docs/explanation/sandbox.md",
    "docs/how-to/debug.md",
    "engine/tests/README.md",
    "engine/tests/api/access/README.md",
    "CONTRIBUTING.md",
)


@pytest.mark.parametrize("page", GENERATED, ids=lambda page: page.name)
def test_what_is_made_of_the_code_is_current(page: Path) -> None:
    text = page.read_text("utf-8")

    assert text == generated(text), "run make docs"


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_exists(page: str) -> None:
    named = PATHS.findall((ROOT / page).read_text("utf-8"))

    missing = [name for name in named if not _exists(name, (ROOT / page).parent)]

    assert named
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_every_name_that_a_page_gives_for_a_file_is_in_it(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    named = NAME_AFTER_FILE.findall(text)
    named += [(file, name) for name, file in NAME_BEFORE_FILE.findall(text)]

    # `Instance.alive` is the function `alive`; a name may also be a constant.
    missing = [
        (file, name)
        for file, name in named
        if name.rpartition(".")[2] not in _text_of(file, (ROOT / page).parent)
    ]

    assert missing == []


def test_every_test_of_a_browser_that_the_table_of_accounts_names_is_there() -> None:
    page = (ROOT / "engine/tests/api/access/README.md").read_text("utf-8")
    named = re.findall(r"`([\w./-]+\.test\.ts)`: “([^”]+)”", page)

    missing = [
        (file, title)
        for file, title in named
        if f'test("{title}"' not in (ROOT / file).read_text("utf-8")
    ]

    assert named
    assert missing == []


def test_the_simulation_on_the_page_on_debugging_prints_what_it_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = (ROOT / "docs/how-to/debug.md").read_text("utf-8")
    [example] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)

    exec(example, {})

    assert example.splitlines()[-1] == f"# {capsys.readouterr().out.strip()}"


def _text_of(name: str, folder: Path) -> str:
    places = (ROOT, ENGINE, ROOT / "engine", folder)
    found = [place / name for place in places if (place / name).exists()]
    return found[0].read_text("utf-8") if found else ""


def _exists(name: str, folder: Path) -> bool:
    places = (ROOT, ENGINE, ROOT / "engine", folder)
    return any((place / name).exists() for place in places)


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.name
)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))

    missing = [link for link in links if not (page.parent / link).exists()]

    assert missing == []


def test_the_reference_gives_the_defaults_as_they_are() -> None:
    page = (ROOT / "docs/reference/pipelines.md").read_text("utf-8")
    rules = Rules()

    told = dict(re.findall(r"^\| `(\w+)` .* Default: (\d+) \(setting\)", page, re.M))

    assert told == {
        "timeout": f"{rules.timeout.total_seconds():g}",
        "retry": f"{rules.retry}",
        "concurrency": f"{rules.concurrency}",
    }


def test_a_page_that_calls_pytest_says_how_to_get_it() -> None:
    pages = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("services/*/README.md")]
    calling = [
        page
        for page in (*pages, ROOT / "README.md", ROOT / "CONTRIBUTING.md")
        if ".venv/bin/pytest" in page.read_text("utf-8")
    ]

    # `make up` and `make demo` install what runs, not what tests.
    silent = [page for page in calling if "make install" not in page.read_text("utf-8")]

    assert calling
    assert silent == []
