"""Dockerfiles name no registry, and install nothing that is not locked."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.commands import ROOT, Failed
from deploy.images import DOCKERFILES, all_images, chosen_images

FILES = sorted(DOCKERFILES.glob("*.Dockerfile"))
LAB_FILES = sorted((ROOT / "kubernetes" / "lab").glob("*/Dockerfile"))

USER = "10001:10001"
NOTHING = "scratch"
"""An image that is empty, and in no registry."""


def instructions(file: Path) -> Iterator[tuple[str, str]]:
    """The word that each instruction begins with, and the rest of it in one line."""
    lines = file.read_text("utf-8").splitlines()
    code = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    for line in code.replace("\\\n", " ").splitlines():
        word, _, rest = line.partition(" ")
        if word:
            yield word.upper(), " ".join(rest.split())


def named(file: Path, name: str) -> list[str]:
    """What stands behind each instruction of this name."""
    return [rest for word, rest in instructions(file) if word == name]


def test_each_image_is_built_from_a_file_that_is_tested_here() -> None:
    assert {image.dockerfile for image in all_images()} == set(FILES)


@pytest.mark.parametrize("file", [*FILES, *LAB_FILES], ids=lambda file: file.stem)
def test_images_come_from_the_argument_and_from_stages_only(file: Path) -> None:
    stages = [rest.partition(" AS ")[2] for rest in named(file, "FROM")]
    bases = [rest.partition(" AS ")[0] for rest in named(file, "FROM")]
    copied = re.findall(r"\bfrom=([^\s,]+)", file.read_text("utf-8"))

    for number, base in enumerate(bases):
        assert base in ("${BASE}", NOTHING, *stages[:number])
    assert set(copied) <= set(filter(None, stages))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_address_is_named(file: Path) -> None:
    text = file.read_text("utf-8")
    (base,) = [rest for rest in named(file, "ARG") if rest.startswith("BASE=")]

    assert "://" not in text
    # A line of this kind has the builder fetch an image that reads the file.
    assert not re.search(r"^# *syntax *=", text, re.MULTILINE)
    # A host has a dot or a port in the part before the first slash.
    assert "/" not in base


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_installed_is_locked_or_made_here(file: Path) -> None:
    commands = " && ".join(named(file, "RUN")).split("&&")
    installs = [one for one in commands if "pip install" in one]

    assert installs
    for command in installs:
        made_here = "--no-deps" in command and "-r " not in command
        assert made_here or "--require-hashes" in command, command
    assert not [one for one in commands if re.search(r"\bnpm (install|i)\b", one)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_runs_as_root(file: Path) -> None:
    words = [word for word, _ in instructions(file)]

    assert named(file, "USER") == [USER]
    # Of the last stage, which is the image.
    last = len(words) - words[::-1].index("FROM")
    assert "USER" in words[last:]


def test_an_unknown_image_is_told_with_those_there_are() -> None:
    with pytest.raises(Failed, match="there is no image engin; there are engine, "):
        chosen_images(["engin"])
