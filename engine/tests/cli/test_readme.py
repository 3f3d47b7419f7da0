"""What README.md says can be done is done, word for word, in a copy of its folder."""

import re
import subprocess
from pathlib import Path

import pytest

from .conftest import ROOT

# a comment with what must appear, then the lines for a shell
EXAMPLE = re.compile(r"<!-- tested:(.*?)-->\n```sh\n(.+?)```", re.DOTALL)
PAGES = ("README.md", "docs/tutorials/first-pipeline.md")


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_do_what_the_page_says(
    page: str, marketplace: str, tmp_path: Path
) -> None:
    text = (ROOT / page).read_text("utf-8")
    for name in (".venv", "docs", "pipelines", "README.md"):
        (tmp_path / name).symlink_to(ROOT / name)

    for promised, lines in EXAMPLE.findall(text):
        lines = lines.replace("http://127.0.0.1:8000", marketplace)
        done = subprocess.run(
            ["bash", "-c", lines],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "ENGINE_URL": marketplace, "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        for words in promised.split(","):
            assert words.strip() in done.stdout + done.stderr, done

    assert EXAMPLE.findall(text)
