"""A new service runs, and passes all checks, before it is edited."""

import shutil
import subprocess
import sys
from difflib import ndiff
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]  # has no types
from service_sdk.scaffold import CannotMake, main, make_service

SERVICES = Path(__file__).parents[2]

# That of `make types`: without it all of the SDK is read anew, which takes half a
# minute.
MYPY_CACHE = SERVICES.parent / ".mypy_cache"


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=cwd, capture_output=True, text=True
    )


def test_a_new_service_passes_its_tests_and_all_checks(tmp_path: Path) -> None:
    services = tmp_path / "services"
    services.mkdir()
    shutil.copy(SERVICES / "conftest.py", services)
    shutil.copy(SERVICES.parent / ".flake8", tmp_path)
    shutil.copy(SERVICES.parent / "pyproject.toml", tmp_path)

    for name in ("eye-colour", "zest"):
        made = run("service_sdk.scaffold", name, cwd=tmp_path)
        assert f"made services/{name}" in made.stdout, made.stderr

    for check in (
        ["pytest", "-q", "-p", "no:cacheprovider", "services"],
        ["ruff", "format", "--check", "services"],
        ["ruff", "check", "services"],
        ["flake8", "services"],
        ["mypy", "--strict", f"--cache-dir={MYPY_CACHE}", "services"],
    ):
        result = run(*check, cwd=tmp_path)
        assert result.returncode == 0, result.stdout + result.stderr


def test_a_new_service_is_deployed_as_those_that_are_there(tmp_path: Path) -> None:
    repository = SERVICES.parent
    shutil.copytree(repository / "kubernetes", tmp_path / "kubernetes")
    (tmp_path / "services").mkdir()

    folder = make_service("face-detection", tmp_path / "services")

    for name in (".gitlab-ci.yml", "kubernetes/kustomization.yaml"):
        there = SERVICES / "face-detection" / name
        assert (folder / name).read_text() == there.read_text()
    services = tmp_path / "kubernetes" / "services" / "kustomization.yaml"
    last = services.read_text().splitlines()[-1]
    assert last == "  - ../../services/face-detection/kubernetes"

    scaled = tmp_path / "kubernetes" / "overlays" / "keda" / "scaled-objects.yaml"
    there_is, made = (
        text.splitlines()
        for text in scaled.read_text().split("---\n")
        if "{name: service-face-detection," in text
    )
    changed = [line.strip() for line in made if line not in there_is]
    waiting = 'sum(marketplace_waiting_runs{service=~"face-detection"})'
    assert changed == [f"query: {waiting}"]
    assert len(made) == len(there_is)


def test_compose_and_its_prometheus_know_a_new_service(tmp_path: Path) -> None:
    repository = SERVICES.parent
    shutil.copytree(repository / "kubernetes", tmp_path / "kubernetes")
    file = Path("deploy") / "compose.yaml"
    prometheus = Path("deploy") / "configs" / "prometheus.yaml"
    (tmp_path / prometheus).parent.mkdir(parents=True)
    for one in (file, prometheus):
        shutil.copy(repository / one, tmp_path / one)
    (tmp_path / "services").mkdir()

    make_service("eye-colour", tmp_path / "services")

    containers = yaml.safe_load((tmp_path / file).read_text())["services"]
    like = yaml.safe_load((repository / file).read_text())["services"]["face-detection"]
    image = like["image"].replace("face-detection", "eye-colour")
    assert containers["eye-colour"] == {**like, "image": image}
    assert added(repository / file, tmp_path / file) == [
        "  eye-colour:",
        "    <<: *service",
        f"    image: {image}",
    ]

    jobs = yaml.safe_load((tmp_path / prometheus).read_text())["scrape_configs"]
    (names,) = [job["dns_sd_configs"][0]["names"] for job in jobs[1:]]
    assert "eye-colour" in names and names == sorted(names)
    assert added(repository / prometheus, tmp_path / prometheus) == [
        "          - eye-colour"
    ]


def added(before: Path, after: Path) -> list[str]:
    """The lines that a file has more; none is gone."""
    lines = [*ndiff(before.read_text().splitlines(), after.read_text().splitlines())]
    assert not [line for line in lines if line.startswith("- ")]
    return [line[2:] for line in lines if line.startswith("+ ")]


def test_a_service_is_about_forty_lines(tmp_path: Path) -> None:
    module = make_service("x", tmp_path) / "x.py"

    assert len(module.read_text().splitlines()) <= 45


@pytest.mark.parametrize(
    "name",
    ["", "X", "9x", "a_b", "a--b", "a/b", "../x", "class", "json", "service-sdk"],
)
def test_a_bad_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CannotMake, match="name"):
        make_service(name, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()

    with pytest.raises(CannotMake, match="exists already"):
        make_service("mine", tmp_path)

    assert list((tmp_path / "mine").iterdir()) == []


def test_it_must_be_run_in_the_folder_above_the_services(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SystemExit, match="there is no folder services"):
        main(["x"])
    with pytest.raises(SystemExit, match="usage"):
        main([])


def test_it_says_what_it_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "services").mkdir()

    main(["x"])

    assert capsys.readouterr().out.startswith("made services/x")
