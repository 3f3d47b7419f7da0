"""`.gitlab-ci.yml`, run for real by gitlab-ci-local in a repository with a remote."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from deploy.commands import LAB, ROOT, run
from deploy.images import services

RUNNER = LAB / "gitlab" / "node_modules" / "gitlab-ci-local" / "dist" / "index.js"
NODE = ROOT / "webapp" / ".node" / "bin"

AUTHOR = ("-c", "user.name=Test", "-c", "user.email=test@example.org")

# What jobs make with minutes of work, and what this machine has already.
MADE = (".venv", ".lab")


class Project:
    """A copy of this repository with a remote, and the pipelines that run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "project"
        self.folder.mkdir()
        self._copy_files()

        self.git("init", "-q", "--initial-branch=main")
        (self.folder / ".git" / "info" / "exclude").write_text("\n".join(MADE))
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
        run(
            *("rsync", "--archive", "--files-from=-", f"{ROOT}/", f"{self.folder}/"),
            text="\n".join(there),
        )
        for name in MADE:
            (self.folder / name).symlink_to(ROOT / name)

    def git(self, *words: str) -> str:
        return run("git", *words, folder=self.folder)

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git(*AUTHOR, "commit", "-q", "-m", message)

    def change(self, name: str, text: str, *, branch: str = "dev") -> None:
        """A commit on the branch, in which a file has one more line."""
        self.git("checkout", "-q", "-B", branch)
        path = self.folder / name
        path.write_text(f"{path.read_text()}{text}\n")
        self.commit(f"Change {name}")

    def jobs(self) -> set[str]:
        """The names of the jobs that the next pipeline has."""
        lines = self._runner("--list-csv").stdout.splitlines()
        return {line.partition(";")[0] for line in lines if ";" in line} - {"name"}

    def pipeline(
        self, *jobs: str, variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run these jobs, or all; what they said."""
        given = [f"--variable={k}={v}" for k, v in (variables or {}).items()]
        return self._runner(*jobs, *given)

    def _runner(self, *words: str) -> subprocess.CompletedProcess[str]:
        options = ("--force-shell-executor", "--no-color", "--no-shell-isolation")
        return subprocess.run(
            [str(NODE / "node"), str(RUNNER), *options, *words],
            cwd=self.folder,
            env=os.environ | {"PATH": f"{NODE}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
        )


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    yield Project(tmp_path)


def jobs_of(name: str) -> set[str]:
    return {f"{name}:test", f"{name}:build", f"{name}:deploy"}


def test_a_change_in_a_service_concerns_that_one_only(project: Project) -> None:
    project.change("services/llm/README.md", "One more line.")

    assert project.jobs() == {"lint"} | jobs_of("llm")


def test_a_change_in_the_sdk_concerns_all_services(project: Project) -> None:
    project.change("services/sdk/README.md", "One more line.")

    concerned = {job for name in (*services(), "engine") for job in jobs_of(name)}
    assert project.jobs() == {"lint"} | concerned


def test_a_change_in_the_documentation_is_only_looked_at(project: Project) -> None:
    project.change("docs/README.md", "One more line.")

    assert project.jobs() == {"lint"}


def test_other_branches_than_dev_are_tested_and_not_deployed(project: Project) -> None:
    project.change("services/llm/README.md", "One more line.", branch="main")

    assert project.jobs() == {"lint", "llm:test"}


def test_a_tag_builds_everything_and_waits_for_a_person(project: Project) -> None:
    project.change("services/llm/README.md", "One more line.", branch="main")
    project.git("tag", "v1")

    # gitlab-ci-local takes the tag from the variable, not from the commit.
    listed = project.pipeline("--list-csv", variables={"CI_COMMIT_TAG": "v1"}).stdout

    jobs = {line.split(";")[0]: line.split(";") for line in listed.splitlines()}
    built = {f"{name}:build" for name in (*services(), "engine", "training")}
    assert built | {"production:deploy"} <= set(jobs)
    assert "manual" in jobs["production:deploy"]
    assert not any(job.endswith(":test") for job in jobs)


def test_a_lint_error_stops_the_pipeline(project: Project) -> None:
    project.change("services/llm/llm/__init__.py", "import  os")

    ended = project.pipeline()

    assert ended.returncode != 0
    assert "FAIL  lint" in ended.stdout
    assert "llm:test" not in ended.stdout.split("FAIL  lint")[1]


def test_a_service_is_linted_tested_and_built(
    project: Project, docker: None, tmp_path: Path
) -> None:
    project.change("services/face-detection/README.md", "One more line.")
    archives = tmp_path / "images"

    ended = project.pipeline(
        *("lint", "face-detection:test", "face-detection:build"),
        variables={"IMAGE_ARCHIVES": str(archives), "IMAGE_PREFIX": "group/project"},
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    commit = project.git("rev-parse", "--short=12", "HEAD").strip()
    (archive,) = archives.iterdir()
    assert archive.name == f"group_project_face-detection_{commit}.tar"
