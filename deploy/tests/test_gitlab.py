"""`.gitlab-ci.yml`, run for real by gitlab-ci-local in a repository with a remote."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.commands import ROOT
from deploy.images import services
from deploy.tests.gitlab_project import Project

TRAINING = "services/digit-recognition/training"
QUICK = ROOT / "kubernetes" / "lab" / "overlays" / "gpu" / "params.yaml"
DIGITS = ROOT / "services" / "digit-recognition" / "digits"

PROMOTED = "digit-recognition:promoted"
RETRAIN = "digit-recognition:retrain"


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
    said = ended.stdout + ended.stderr
    assert [job for job in jobs_of("llm") if job in said] == []


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

    check_reports(project, "face-detection:test", ended.stdout)


def check_reports(project: Project, job: str, said: str) -> None:
    """What GitLab shows beside a merge request is where it looks for it."""
    reports = project.reports(job)
    assert "<testsuite " in reports["junit"].read_text()
    assert "line-rate" in reports["coverage_report"].read_text()
    # By the pattern of the job.
    assert re.search(rf"PASS .*{job} +[1-9]\d*% coverage", said), said


def test_the_engine_is_tested_with_reports(project: Project) -> None:
    # All of them take a quarter of an hour: those of one file are left.
    for folder in ("engine", "client"):
        for file in (project.folder / folder / "tests").rglob("test_*.py"):
            if file.name != "test_media_types.py":
                file.unlink()
    project.commit("Fewer tests")

    ended = project.pipeline("engine:test")

    assert ended.returncode == 0, ended.stdout + ended.stderr
    check_reports(project, "engine:test", ended.stdout)


def test_the_web_app_is_checked_and_what_that_needs_is_fetched_once(
    project: Project,
) -> None:
    project.change("webapp/README.md", "One more line.")

    first = project.pipeline("webapp:test", apart=True)
    shutil.rmtree(project.folder_of("webapp:test"))
    # What the jobs fetched is in their cache, or nowhere.
    offline = {"UV_OFFLINE": "1", "npm_config_offline": "true"}
    again = project.pipeline("webapp:test", apart=True, variables=offline)

    for ended in (first, again):
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert "installing the packages of the web app" in ended.stdout
    assert "imported cache" in again.stdout


def check_figures(project: Project) -> None:
    """The figures and pictures of a training are kept for people."""
    kept = project.artefacts(RETRAIN) / TRAINING
    assert (kept / "dvc.lock").stat().st_size
    for name in ("confusion.png", "learning.png", "metrics.json", "model.onnx"):
        assert (kept / "out" / name).stat().st_size


def test_other_parameters_train_a_model_anew(project: Project, tmp_path: Path) -> None:
    project.write(f"{TRAINING}/params.yaml", QUICK.read_text())
    models = tmp_path / "models"

    jobs = project.jobs()
    variables = {"DIGIT_MODELS": str(models)}
    ended = project.pipeline(PROMOTED, RETRAIN, variables=variables)

    assert jobs == {"lint", PROMOTED, RETRAIN} | jobs_of("digit-recognition")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "the built-in model serves" in ended.stdout
    assert "promoted: accuracy" in ended.stdout
    assert (models / "serving.json").exists()
    check_figures(project)


def publish(models: Path, version: str) -> None:
    """Let a model serve from there: the built-in one, as if it were this version."""
    card = json.loads((DIGITS / "built_in.json").read_text())
    folder = models / f"mnist_model_{'_'.join(map(str, card['digits']))}"
    folder.mkdir(parents=True)
    shutil.copyfile(DIGITS / "built_in.onnx", folder / f"{card['digest']}.onnx")
    (models / "serving.json").write_text(json.dumps(card | {"version": version}))


def test_the_model_that_serves_is_handed_to_the_training(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write(f"{TRAINING}/params.yaml", QUICK.read_text())
    models = tmp_path / "models"
    publish(models, "7")

    variables = {"DIGIT_MODELS": str(models)}
    ended = project.pipeline(PROMOTED, RETRAIN, variables=variables, apart=True)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "version 7 serves" in ended.stdout
    assert "that of version 7 " in ended.stdout
    handed = "services/digit-recognition/models/serving.json"
    for place in (project.artefacts(PROMOTED), project.folder_of(RETRAIN)):
        assert json.loads((place / handed).read_text())["version"] == "7"
    assert json.loads((models / "serving.json").read_text())["version"] != "7"
    check_figures(project)


def test_a_merge_request_is_tested_and_not_deployed(project: Project) -> None:
    project.change("services/llm/README.md", "One more line.", branch="work")

    variables = {"CI_PIPELINE_SOURCE": "merge_request_event"}
    listed = project.pipeline("--list-csv", variables=variables).stdout

    jobs = {line.partition(";")[0] for line in listed.splitlines() if ";" in line}
    assert jobs - {"name"} == {"lint", "llm:test"}
