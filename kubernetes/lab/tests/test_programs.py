"""The programs of the lab are built anew when their sources change, and only then."""

import os
from pathlib import Path

import pytest

from kubernetes.lab import programs, sources

YEAR_SECONDS = 365 * 86_400


def age(path: Path, seconds: int) -> None:
    """Let a file be so much older; with less than 0, newer."""
    stat = path.stat()
    os.utime(path, (stat.st_atime - seconds, stat.st_mtime - seconds))


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module with one program that is built."""
    folder = tmp_path / "modules"
    (folder / "one").mkdir(parents=True)
    (folder / "go.mod").write_text("module lab")
    (folder / "one" / "main.go").write_text("package main")
    monkeypatch.setattr(programs, "MODULES", folder)
    monkeypatch.setattr(programs, "BUILT", tmp_path / ".built")
    found = [folder / "go.mod", folder / "one" / "main.go"]
    programs.BUILT.write_text(programs.digest(found))
    return folder


def test_a_new_copy_of_the_same_sources_builds_nothing(modules: Path) -> None:
    age(modules / "go.mod", -YEAR_SECONDS)

    assert programs.is_built()


def test_other_sources_are_built_however_old_they_are(modules: Path) -> None:
    (modules / "one" / "main.go").write_text("package main // other")
    age(modules / "one" / "main.go", YEAR_SECONDS)

    assert not programs.is_built()


def test_a_program_with_a_part_left_out_is_built_for_other_files_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = tmp_path / "ours.go"
    ours.write_text("package ours")
    monkeypatch.setattr(sources, "BIN", tmp_path)
    (tmp_path / "program").touch()

    assert not sources.is_built("program", [ours])

    (tmp_path / ".program").write_text(programs.digest([ours]))
    assert sources.is_built("program", [ours])

    ours.write_text("package ours // other")
    assert not sources.is_built("program", [ours])
