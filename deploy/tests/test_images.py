"""Each image starts without rights, without a file system to write, and answers."""

import pytest

from deploy.commands import Failed, run
from deploy.images import all_images, base, services, size
from deploy.tests.containers import LOCKED, Images, running

ENGINE_PORT = 8000
SERVICE_PORT = 9000

ENGINE_MEGABYTES = 250
"""What the engine may add to its base."""

PAGES = ("healthz", "readyz", "metrics", "docs")

NAMES = [image.name for image in all_images()]

MAY_BE_REACHED = ("--env=ALLOW_REMOTE=1", "--env=I_KNOW_THERE_ARE_NO_ACCOUNTS=1")


def test_the_engine_is_ready_and_shows_the_web_app(images: Images) -> None:
    with running(images["engine"], ENGINE_PORT, options=MAY_BE_REACHED) as engine:
        engine.wait_for("/readyz")

        page = engine.get("/", accept="text/html")
        routes = {each["route"] for each in engine.get("/services").json()}

    assert "<script" in page.text
    assert "face-blur" in routes


def test_the_engine_does_not_start_for_others_by_accident(
    images: Images,
) -> None:
    with pytest.raises(Failed, match="ALLOW_REMOTE"):
        run("docker", "run", "--rm", *LOCKED, images["engine"])


@pytest.mark.parametrize("name", services())
def test_a_service_answers(images: Images, name: str) -> None:
    with running(images[name], SERVICE_PORT) as service:
        service.wait_for("/readyz")

        paths = service.get("/openapi.json").json()["paths"]

    # Operations have one part, pages of tasks have more.
    assert any(path.strip("/") not in PAGES for path in paths if path.count("/") == 1)


def test_nothing_runs_as_root_or_can_be_written(images: Images) -> None:
    for name in ("engine", "face-detection"):
        port = ENGINE_PORT if name == "engine" else SERVICE_PORT
        with running(images[name], port, options=MAY_BE_REACHED) as container:
            assert container.execute("id", "-u").strip() == "10001"
            assert container.execute("cat", "/proc/1/comm").strip() == "tini"
            with pytest.raises(Failed, match="Read-only file system"):
                container.execute("touch", "/app/x")


def test_a_stop_ends_it_cleanly(images: Images) -> None:
    with running(images["engine"], ENGINE_PORT, options=MAY_BE_REACHED) as engine:
        engine.wait_for("/readyz")

        run("docker", "stop", "--time=30", engine.identity)

        assert engine.inspect()["State"]["ExitCode"] in (0, 143)


@pytest.mark.parametrize("name", NAMES)
def test_labels_say_what_it_is_and_its_commit(images: Images, name: str) -> None:
    labels = images.settings(name)["Labels"]

    assert labels["org.opencontainers.image.title"] == f"AI Marketplace: {name}"
    assert labels["org.opencontainers.image.description"]
    assert labels["org.opencontainers.image.revision"] == images.revision


@pytest.mark.parametrize("name", NAMES)
def test_it_starts_without_root_and_with_tini(images: Images, name: str) -> None:
    settings = images.settings(name)

    assert settings["User"] == "10001:10001"
    assert settings["Entrypoint"][:2] == ["/usr/bin/tini", "--"]


def test_the_engine_is_small(images: Images) -> None:
    over = size(images["engine"], "docker") - size(base(), "docker")

    assert over <= ENGINE_MEGABYTES


def test_services_share_the_layer_with_their_packages(images: Images) -> None:
    layers = "{{range .RootFS.Layers}}{{println .}}{{end}}"
    first, second = (
        set(run("docker", "image", "inspect", "--format", layers, images[name]).split())
        for name in ("face-detection", "image-processing")
    )

    # All but the service's own files.
    assert len(first - second) == 1
