"""The pages of docs/ say of the code what is true now."""

import re
from pathlib import Path

import pytest

from docs.generate import ENGINE, PAGE, ROOT, generated

PATHS = re.compile(r"`([\w./-]+\.(?:py|md|toml|json))`")
PAGES = (
    "docs/explanation/architecture.md",
    "docs/explanation/glossary.md",
    "docs/explanation/sandbox.md",
    "docs/how-to/debug.md",
    "engine/tests/README.md",
    "CONTRIBUTING.md",
)


def test_the_map_of_the_engine_is_current() -> None:
    page = PAGE.read_text("utf-8")

    assert page == generated(page), "run make docs"


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_exists(page: str) -> None:
    named = PATHS.findall((ROOT / page).read_text("utf-8"))

    missing = [name for name in named if not _exists(name, (ROOT / page).parent)]

    assert named
    assert missing == []


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
