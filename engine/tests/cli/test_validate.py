"""`marketplace validate`: every fault of a file, without an engine."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from .conftest import ROOT

Give = Callable[..., Result]


@pytest.mark.parametrize("file", sorted((ROOT / "pipelines").glob("*.json")), ids=str)
def test_the_pipelines_of_the_repository_have_no_faults(give: Give, file: Path) -> None:
    result = give("validate", file)

    assert result.exit_code == 0, result.output
    assert "has no faults" in result.output


def test_all_faults_are_told_with_place_and_hint(give: Give, tmp_path: Path) -> None:
    document = json.loads((ROOT / "pipelines" / "face-blur.json").read_text())
    document["nodes"][1]["next"] = ["blurr"]
    document["nodes"][2]["input"]["areas"] = "face.out.answer"
    file = tmp_path / "broken.json"
    file.write_text(json.dumps(document))

    result = give("validate", file)

    assert result.exit_code == 1
    assert "broken.json has" in result.output
    assert "did you mean “blur”?" in result.output
    assert "did you mean “faces”?" in result.output


@pytest.mark.parametrize(
    "text, told",
    [
        ("{", "not valid JSON"),
        ('{"a": 1, "a": 2}', "given twice"),
        ("[]", "a pipeline is an object"),
    ],
)
def test_what_is_no_document_is_told(
    give: Give, tmp_path: Path, text: str, told: str
) -> None:
    file = tmp_path / "file.json"
    file.write_text(text)

    result = give("validate", file)

    assert result.exit_code == 1
    assert told in result.output


def test_a_file_that_is_not_there_is_told(give: Give) -> None:
    result = give("validate", "none.json")

    assert result.exit_code == 1
    assert "none.json cannot be read: No such file" in result.output


def test_help_names_every_command_but_the_demo(give: Give) -> None:
    result = give("--help")

    names = "serve up run validate push list tasks show cancel".split()
    assert [name for name in names if f" {name} " not in result.output] == []
    assert "demo" not in result.output
