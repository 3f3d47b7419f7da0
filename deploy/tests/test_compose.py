"""The file for Docker Compose has all that it needs, and no service is forgotten."""

from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # has no types

from deploy.compose import FILE, make_secrets
from deploy.images import services

COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
CONTAINERS: dict[str, Any] = COMPOSE["services"]


@pytest.mark.parametrize("name", services())
def test_each_service_of_the_repository_is_there(name: str) -> None:
    image = CONTAINERS[name]["image"]

    assert image == f"${{IMAGE_PREFIX:-marketplace}}/{name}:${{TAG:-latest}}"
    assert "service_token" in CONTAINERS[name]["secrets"]


def test_prometheus_reads_each_service() -> None:
    file = FILE.parent / COMPOSE["configs"]["prometheus"]["file"]
    jobs = yaml.safe_load(file.read_text("utf-8"))["scrape_configs"]

    (job,) = [one for one in jobs if one["job_name"] == "services"]

    assert [*services()] == job["dns_sd_configs"][0]["names"]


@pytest.mark.parametrize("name", CONTAINERS)
def test_each_container_has_a_bound_on_its_memory(name: str) -> None:
    assert CONTAINERS[name]["deploy"]["resources"]["limits"]["memory"]


@pytest.mark.parametrize("name", sorted(set(CONTAINERS) - {"replica-set"}))
def test_each_container_that_stays_says_whether_it_is_healthy(name: str) -> None:
    assert CONTAINERS[name]["healthcheck"]["test"][0] == "CMD"
    assert CONTAINERS[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", CONTAINERS)
def test_logs_of_each_container_are_bounded(name: str) -> None:
    assert CONTAINERS[name]["logging"]["driver"] == "local"


def test_what_a_container_waits_for_is_healthy_then() -> None:
    for name, container in CONTAINERS.items():
        for other, wanted in (container.get("depends_on") or {}).items():
            condition = wanted["condition"]
            once = "service_completed_successfully"
            assert condition == ("service_healthy", once)[other == "replica-set"], name


def test_every_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"

    first = make_secrets(folder)
    kept = (folder / "secret").read_text()
    again = make_secrets(folder)

    files = {one["file"].rpartition("/")[2] for one in COMPOSE["secrets"].values()}
    assert set(first) == files
    assert again == []
    assert len(kept) == 64 and (folder / "secret").read_text() == kept
    assert folder.stat().st_mode & 0o077 == 0
    key, secret = ((folder / name).read_text() for name in ("s3_key", "s3_secret"))
    assert f"//{key}:{secret}@" in (folder / "s3_url").read_text()


def test_no_secret_is_in_the_file_and_no_port_is_open_to_others() -> None:
    for name, container in CONTAINERS.items():
        for port in container.get("ports", ()):
            assert "127.0.0.1:" in port, name
        for variable, value in (container.get("environment") or {}).items():
            is_secret = any(w in variable for w in ("SECRET", "TOKEN", "PASSWORD"))
            assert not is_secret or str(value).startswith("/run/secrets/"), variable


def test_no_text_is_put_into_a_container_that_is_read_only() -> None:
    # Compose copies such texts, which the Docker Engine refuses there.
    assert not [name for name, one in COMPOSE["configs"].items() if "content" in one]
    for one in COMPOSE["configs"].values():
        assert (FILE.parent / one["file"]).is_file()


def test_only_the_engine_reaches_the_stores() -> None:
    there = {
        name for name, one in CONTAINERS.items() if "stores" in one.get("networks", ())
    }

    assert there == {"engine", "mongo", "nats", "replica-set", "s3"}
    assert COMPOSE["networks"]["stores"]["internal"] is True
