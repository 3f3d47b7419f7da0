"""`marketplace backup` and `restore-backup`, as the jobs of the cluster call them."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import httpx
import yaml
from typer.testing import Result

from servers.waiting import block_until

from .conftest import ROOT, started

Give = Callable[..., Result]
JOBS = ROOT / "kubernetes/backup"
VOLUME = "/backups"


def words_of(job: str, volume: Path) -> list[str]:
    """What a CronJob of the manifests calls, with another folder for the volume."""
    manifest = yaml.safe_load((JOBS / f"{job}.yaml").read_text("utf-8"))
    pod = manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    words: list[str] = pod["containers"][0]["args"]
    return [str(volume) if word == VOLUME else word for word in words]


def test_the_jobs_of_the_cluster_bring_an_engine_back(
    give: Give, tmp_path: Path
) -> None:
    data, backups, new = (tmp_path / name for name in ("data", "backups", "new"))
    with started(tmp_path / "log", "serve", "--port", "0", "--data", str(data)) as one:
        url = one.says(r"listening at (\S+),")
        block_until(lambda: httpx.get(f"{url}/readyz").is_success)
        httpx.put(f"{url}/secrets/github", json={"value": "a long value"})
        made = give(*words_of("backup", backups), DATA_DIR=str(data))

    brought = give(*words_of("restore", backups), DATA_DIR=str(new))
    shutil.copy(data / "secret", new)
    with started(tmp_path / "log2", "serve", "--port", "0", "--data", str(new)) as two:
        url = two.says(r"listening at (\S+),")
        block_until(lambda: httpx.get(f"{url}/readyz").is_success)
        listed = give("secrets", "list", "--engine", url)

    assert made.exit_code == 0, made.output
    assert f"keep {data}/secret in another place" in made.output
    # The key is the one thing that is missing, and that is said.
    assert "1 secrets cannot be read with this key: github" in brought.output
    assert "github" in listed.output


def test_the_key_is_copied_only_if_that_is_asked_for(
    give: Give, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with started(tmp_path / "log", "serve", "--port", "0", "--data", str(data)) as one:
        one.says("listening")
    key = (data / "secret").read_bytes()

    told = give("backup", tmp_path / "a", "--data", data, "--with-secret")
    give("backup", tmp_path / "b", "--data", data)

    assert "the key is not in it" not in told.output
    assert [found.read_bytes() for found in tmp_path.glob("[ab]/*/secret")] == [key]


def test_a_folder_without_an_engine_is_told(give: Give, tmp_path: Path) -> None:
    told = give("backup", tmp_path / "backups", "--data", tmp_path / "none")

    assert told.exit_code == 1
    assert f"there is no {tmp_path / 'none'}{os.sep}engine.db" in told.output


def test_a_folder_that_is_no_backup_is_told(give: Give, tmp_path: Path) -> None:
    told = give("restore-backup", tmp_path, "--data", tmp_path / "new")

    assert told.exit_code == 1
    assert "is no whole backup" in told.output
    assert not (tmp_path / "new/engine.db").exists()


def test_all_jobs_are_as_restricted_as_the_engine() -> None:
    engine = yaml.safe_load(
        (ROOT / "kubernetes/base/engine.yaml").read_text("utf-8").split("\n---\n")[0]
    )["spec"]["template"]["spec"]

    for job in ("backup", "restore"):
        manifest = yaml.safe_load((JOBS / f"{job}.yaml").read_text("utf-8"))
        pod = manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        assert pod["securityContext"] == engine["securityContext"]
        (container,) = pod["containers"]
        (its_engine,) = engine["containers"]
        assert container["securityContext"] == its_engine["securityContext"]
        assert container["envFrom"] == its_engine["envFrom"]


def test_the_check_before_an_upgrade_says_what_to_do_first(
    give: Give, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    nothing = give("upgrade-check", "--data", data)
    with started(tmp_path / "log", "serve", "--port", "0", "--data", str(data)) as one:
        url = one.says(r"listening at (\S+),")
        block_until(lambda: httpx.get(f"{url}/readyz").is_success)
        httpx.put(f"{url}/secrets/github", json={"value": "a long value"})
        current = give("upgrade-check", "--data", data)
    (data / "secret").unlink()

    without_key = give("upgrade-check", "--data", data)

    assert "the first start makes it" in nothing.output
    assert current.exit_code == 0, current.output
    assert "that of this engine" in current.output
    assert without_key.exit_code == 1
    assert "✗ 1 secrets cannot be read with this key: github" in without_key.output
