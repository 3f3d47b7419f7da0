"""Who pushes to a registry, as whom a cluster fetches, and what is applied for whom."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]  # has no types

from deploy.cluster import deploy, selector
from deploy.commands import Failed
from deploy.images import hand_over, services
from deploy.registry import logged_in, pull_secret

PASSWORD = "not-for-everyone"
VARIABLES = (
    *("IMAGE_PREFIX", "IMAGE_ARCHIVES", "CI_REGISTRY"),
    *("CI_REGISTRY_USER", "CI_REGISTRY_PASSWORD"),
    *("CI_DEPLOY_USER", "CI_DEPLOY_PASSWORD"),
)

# Notes how it was called, what it was given, and where it would keep that.
PROGRAM = """\
#!/bin/sh
echo "$*" "$DOCKER_CONFIG" >> {folder}/calls
test "$1" = push || cat > {folder}/input
{end}
"""

Program = Callable[..., Path]


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this machine has set is not meant."""
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Makes a program that notes how it is called, in the place of another one."""
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    def make(name: str, end: str = "exit 0") -> Path:
        path = tmp_path / name
        path.write_text(PROGRAM.format(folder=tmp_path, end=end))
        path.chmod(0o755)
        return tmp_path

    return make


@pytest.fixture
def pusher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGE_PREFIX", "registry.example.org/group")
    monkeypatch.setenv("CI_REGISTRY_USER", "ada")
    monkeypatch.setenv("CI_REGISTRY_PASSWORD", PASSWORD)


@pytest.mark.parametrize("name", ["docker", "buildah"])
def test_who_is_named_is_logged_in_before_a_push(
    pusher: None, program: Program, name: str
) -> None:
    noted = program(name)

    hand_over(["registry.example.org/group/engine:1"], name)

    login, push = (noted / "calls").read_text().splitlines()
    *words, folder = login.split()
    assert words == [
        *("login", "--username", "ada", "--password-stdin", "registry.example.org")
    ]
    assert push == f"push registry.example.org/group/engine:1 {folder}"
    assert (noted / "input").read_text() == PASSWORD
    # Nothing of it stays.
    assert not Path(folder).exists()


def test_what_a_refused_login_says_has_no_password(
    pusher: None, program: Program
) -> None:
    program("docker", end="echo unauthorized >&2; exit 1")

    with pytest.raises(Failed, match="unauthorized") as failed:
        hand_over(["registry.example.org/group/engine:1"], "docker")

    assert PASSWORD not in str(failed.value)


def test_without_a_user_nobody_is_logged_in(program: Program) -> None:
    noted = program("docker")

    hand_over(["registry.example.org/group/engine:1"], "docker")

    assert (noted / "calls").read_text().startswith("push ")


def test_a_password_that_is_missing_is_told(
    pusher: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI_REGISTRY_PASSWORD")

    with pytest.raises(Failed, match="CI_REGISTRY_PASSWORD is missing"):
        with logged_in("docker"):
            pass


def test_a_cluster_fetches_as_the_user_that_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CI_REGISTRY", "registry.example.org")
    monkeypatch.setenv("CI_DEPLOY_USER", "reader")
    monkeypatch.setenv("CI_DEPLOY_PASSWORD", PASSWORD)

    secret = yaml.safe_load(pull_secret("project"))

    config = json.loads(base64.b64decode(secret["data"][".dockerconfigjson"]))
    auth = config["auths"]["registry.example.org"]["auth"]
    assert base64.b64decode(auth).decode() == f"reader:{PASSWORD}"
    assert secret["metadata"]["namespace"] == "project"


def test_without_a_user_a_cluster_fetches_as_nobody() -> None:
    assert pull_secret("project") == ""


def test_the_engine_takes_all_that_is_no_service() -> None:
    chosen = selector("engine")

    assert chosen == f"app notin ({','.join(services())})"
    assert selector("llm") == "app=llm"


@pytest.mark.parametrize(
    ("only", "helps"), [("llm", True), ("engine", False), ("", False)]
)
def test_a_service_without_a_namespace_is_told_what_comes_first(
    program: Program, monkeypatch: pytest.MonkeyPatch, only: str, helps: bool
) -> None:
    missing = 'namespaces "project-dev" not found'
    program("kubectl", end=f"echo '{missing}' >&2; exit 1")
    monkeypatch.setenv("KUBECTL", "kubectl")

    with pytest.raises(Failed) as failed:
        deploy("", namespace="project-dev", overlay="dev", only=only)

    assert ("deploy the engine first" in str(failed.value)) is helps
