"""`.gitlab-ci.yml`, run for real by gitlab-ci-local in a repository with a remote."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.commands import ROOT
from deploy.images import services
from deploy.tests.gitlab_project import Project

TRAINING = "services/digit-recognition/training"
QUICK = ROOT / "kubernetes" / "lab" / "overlays" / "gpu" / "params.yaml"


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

    # Reports that GitLab shows.
    out = project.folder / "out"
    assert "<testsuite " in (out / "face-detection.xml").read_text()
    assert "line-rate" in (out / "face-detection-coverage.xml").read_text()
    assert re.search(r"TOTAL.+?\d+%", ended.stdout)


def test_other_parameters_train_a_model_anew(project: Project, tmp_path: Path) -> None:
    project.write(f"{TRAINING}/params.yaml", QUICK.read_text())
    training = ("digit-recognition:promoted", "digit-recognition:retrain")
    models = tmp_path / "models"

    jobs = project.jobs()
    ended = project.pipeline(*training, variables={"DIGIT_MODELS": str(models)})

    assert jobs == {"lint", *training} | jobs_of("digit-recognition")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "the built-in model serves" in ended.stdout
    assert "promoted: accuracy" in ended.stdout
    assert (models / "serving.json").exists()
    for name in ("confusion.png", "learning.png", "metrics.json"):
        assert (project.folder / TRAINING / "out" / name).stat().st_size


def test_a_merge_request_is_tested_and_not_deployed(project: Project) -> None:
    project.change("services/llm/README.md", "One more line.", branch="work")

    variables = {"CI_PIPELINE_SOURCE": "merge_request_event"}
    listed = project.pipeline("--list-csv", variables=variables).stdout

    jobs = {line.partition(";")[0] for line in listed.splitlines() if ";" in line}
    assert jobs - {"name"} == {"lint", "llm:test"}
