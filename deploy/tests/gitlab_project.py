"""A copy of this repository with a remote, in which gitlab-ci-local runs pipelines."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any

import yaml  # type: ignore[import-untyped]  # has no types

from deploy.commands import LAB, ROOT, run

RUNNER = LAB / "gitlab" / "node_modules" / "gitlab-ci-local" / "dist" / "index.js"
NODE = ROOT / "webapp" / ".node" / "bin"

AUTHOR = ("-c", "user.name=Test", "-c", "user.email=test@example.org")

# What jobs make with minutes of work, and what this machine has already.
MADE = (".venv", ".venv-training")

NOT_COMMITTED = (".lab", ".gitlab-ci-local", ".cache")

# Jobs run in a shell here. If they name an image, gitlab-ci-local gives them the paths
# of a container, and their caches come to /builds of this machine.
IMAGE_OF_JOBS = "  image: $TOOLS_IMAGE\n"


class Project:
    """A copy of this repository with a remote, and the pipelines that run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "project"
        self.folder.mkdir()
        self._copy_files()
        self._name_no_image()

        self.git("init", "-q", "--initial-branch=main")
        (self.folder / ".git" / "info" / "exclude").write_text("\n".join(NOT_COMMITTED))
        self.commit("All there is")
        remote = folder / "remote.git"
        run("git", "clone", "-q", "--bare", str(self.folder), str(remote))
        self.git("remote", "add", "origin", str(remote))
        self.git("fetch", "-q", "origin")
        self.git("remote", "set-head", "origin", "main")

    def _copy_files(self) -> None:
        """Those of git, as they are now: committed or not."""
        names = run("git", "ls-files", "--cached", "--others", "--exclude-standard")
        there = [name for name in names.splitlines() if (ROOT / name).is_file()]
        for name in there:
            copy = self.folder / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            # With its rights: some are started.
            shutil.copy2(ROOT / name, copy)
        # Committed: jobs apart from each other have nothing else.
        for name in MADE:
            (self.folder / name).symlink_to(ROOT / name)

    def _name_no_image(self) -> None:
        """Leave out the image of jobs; raises `ValueError` unless it is there once."""
        jobs = self.folder / ".gitlab-ci.yml"
        before, after = jobs.read_text().split(IMAGE_OF_JOBS)
        jobs.write_text(before + after)

    def git(self, *words: str) -> str:
        return run("git", *words, folder=self.folder)

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git(*AUTHOR, "commit", "-q", "-m", message)

    def change(self, name: str, text: str, *, branch: str = "dev") -> None:
        """A commit on the branch, in which a file has one more line."""
        before = (self.folder / name).read_text()
        self.write(name, f"{before}{text}\n", branch=branch)

    def write(self, name: str, text: str, *, branch: str = "dev") -> None:
        """A commit on the branch, in which a file has other content."""
        self.git("checkout", "-q", "-B", branch)
        (self.folder / name).write_text(text)
        self.commit(f"Change {name}")

    def jobs(self) -> set[str]:
        """The names of the jobs that the next pipeline has."""
        lines = self._runner("--list-csv").stdout.splitlines()
        return {line.partition(";")[0] for line in lines if ";" in line} - {"name"}

    def pipeline(
        self,
        *jobs: str,
        variables: Mapping[str, str] | None = None,
        apart: bool = False,
    ) -> subprocess.CompletedProcess[str]:
        """Run these jobs, or all; what they said.

        Those that are kept `apart` have a folder each, as with a runner: a job finds
        what is committed, the artefacts of earlier stages, and the cache.
        """
        given = [f"--variable={k}={v}" for k, v in (variables or {}).items()]
        return self._runner(*jobs, *given, apart=apart)

    def folder_of(self, job: str) -> Path:
        """Where a job ran that was kept apart."""
        return self.folder / ".gitlab-ci-local" / "builds" / _file_name(job)

    def artefacts(self, job: str) -> Path:
        """What the job has left for later ones, and for people."""
        return self.folder / ".gitlab-ci-local" / "artifacts" / _file_name(job)

    def reports(self, job: str) -> Mapping[str, Path]:
        """The reports that GitLab reads after the job, by kind: where it reads them."""
        whole = yaml.safe_load(self._runner("--preview").stdout)[job]
        named = _paths(whole["artifacts"]["reports"])
        return {
            kind: self.folder / Template(path).substitute(whole["variables"])
            for kind, path in named
        }

    def _runner(
        self, *words: str, apart: bool = False
    ) -> subprocess.CompletedProcess[str]:
        isolation = (
            ("--shell-isolation", "--no-artifacts-to-source")
            if apart
            else ("--no-shell-isolation",)
        )
        options = ("--force-shell-executor", "--no-color", *isolation)
        return subprocess.run(
            [str(NODE / "node"), str(RUNNER), *options, *words],
            cwd=self.folder,
            env=os.environ | {"PATH": f"{NODE}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
        )


def _file_name(job: str) -> str:
    """As gitlab-ci-local calls the folders of a job: a colon is written in base 64."""
    return job.replace(":", "Og")


def _paths(reports: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A report is a path, or has one beside its format."""
    for kind, named in reports.items():
        yield kind, named if isinstance(named, str) else named["path"]
