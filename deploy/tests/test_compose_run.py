"""`deploy/compose.yaml` as it is, in containers: `make compose-test`.

The images of the servers are those of deploy/tests/server_images.py; all else is what
people get with `make compose`.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from deploy import compose, compose_plugin
from deploy.images import base, services
from deploy.tests.compose_stack import (
    KILL_MAIN_PROCESS,
    PHOTO,
    Load,
    Stack,
    blur,
    blurred,
    end_of,
    when_healthy,
)
from deploy.tests.containers import Images
from deploy.tests.server_images import make_server_images
from servers.ports import HOST, free_port
from servers.waiting import block_until

ONCE = "replica-set"
"""It makes MongoDB a replica set, and ends."""

WITHOUT_AN_IMAGE = {"llm", "ollama", "grafana"}
"""Their servers cannot be had, or take long to build."""

TASKS_BEFORE, TASKS_AFTER = 10, 20
SCRAPED_SECONDS = 90.0


@pytest.fixture(scope="module")
def stack(images: Images, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """It runs, without profiles."""
    for name in ["engine", *services()]:
        assert images[name]
    if not compose_plugin.is_there():
        compose_plugin.build()
        os.environ["DOCKER_CONFIG"] = str(compose_plugin.SETTINGS)

    address = f"{HOST}:{free_port()}"
    secrets = tmp_path_factory.mktemp("compose") / "secrets"
    os.environ |= {
        **make_server_images(base()),
        "TAG": images["engine"].rpartition(":")[2],
        "ADDRESS": address,
        "SECRETS_FOLDER": str(secrets),
        "COMPOSE_PROJECT_NAME": f"marketplace-test-{address.partition(':')[2]}",
        "COMPOSE_PROFILES": "",
    }
    made = Stack(address, secrets)
    try:
        made.start()
        yield made
    finally:
        os.environ["COMPOSE_PROFILES"] = "*"
        compose.compose("down", "--volumes", "--timeout=10")


@pytest.fixture(scope="module")
def ada(stack: Stack) -> Iterator[httpx.Client]:
    """The first administrator."""
    with closing(stack.first_administrator()) as client:
        yield client


def test_all_containers_are_healthy_and_bounded(stack: Stack) -> None:
    for one in stack.containers():
        name = one["Config"]["Labels"]["com.docker.compose.service"]
        state, limits = one["State"], one["HostConfig"]
        if name == ONCE:
            assert (state["Status"], state["ExitCode"]) == ("exited", 0)
        else:
            assert state["Health"]["Status"] == "healthy", name
        assert limits["Memory"] > 0, name
        assert not limits["Privileged"], name


def test_no_secret_is_in_what_the_docker_engine_shows(stack: Stack) -> None:
    shown = json.dumps(stack.containers())

    for file in stack.secrets.iterdir():
        content = file.read_text()
        assert not content or content not in shown, file.name


def test_a_face_is_blurred_through_the_one_address(
    stack: Stack, ada: httpx.Client
) -> None:
    task = blur(ada)

    assert end_of(ada, task) == "finished"
    picture = blurred(ada, task)
    assert picture.startswith(b"\xff\xd8")
    assert picture != PHOTO.read_bytes()


def test_a_replica_that_is_killed_under_load_takes_no_task_with_it(
    stack: Stack, ada: httpx.Client
) -> None:
    first, _ = stack.of("engine")
    with Load(ada) as load:
        load.wait_for(TASKS_BEFORE)
        stack.inside("engine", "python", "-c", KILL_MAIN_PROCESS)
        load.wait_for(TASKS_AFTER)

    ends = [end_of(ada, task) for task in load.tasks]
    back = when_healthy(first)
    print(
        f"{len(ends)} tasks, {len(load.refused)} refused, back after {back:.0f} s more"
    )
    assert stack.restarts(first) == 1
    assert set(ends) == {"finished"}
    # What this replica was just answering is refused; nothing after that.
    assert len(load.refused) <= 2 * 3


def test_prometheus_watches_every_replica_and_service(
    stack: Stack, ada: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPOSE_PROFILES", "watch")
    token = stack.token(ada, "manage", "read")
    (stack.secrets / "metrics_token").write_text(token)
    compose.compose("up", "--detach", "--wait", "prometheus", "alertmanager")

    def asked(path: str) -> str:
        address = f"http://127.0.0.1:9090/api/v1/{path}"
        return stack.inside("prometheus", "wget", "-q", "-O", "-", address)

    def states() -> Counter[tuple[str, str]]:
        found = json.loads(asked("targets?state=active"))["data"]["activeTargets"]
        return Counter((one["labels"]["job"], one["health"]) for one in found)

    # Each replica of the engine, and each service that runs.
    running = len(set(services()) - WITHOUT_AN_IMAGE)
    block_until(
        lambda: states() == {("marketplace", "up"): 2, ("services", "up"): running},
        seconds=SCRAPED_SECONDS,
        look_seconds=1,
        explain=lambda: asked("targets?state=active"),
    )
    assert "NobodyServes" in asked("rules")
    # With that the alert of a model is more than a text.
    known = json.loads(asked("query?query=service_model_info"))["data"]["result"]
    assert {one["metric"]["model"] for one in known} == {"digits"}
    managers = json.loads(asked("alertmanagers"))["data"]["activeAlertmanagers"]
    assert len(managers) == 1
    compose.compose("rm", "--stop", "--force", "prometheus", "alertmanager")


def test_after_a_restart_of_everything_all_is_still_there(
    stack: Stack, ada: httpx.Client
) -> None:
    task = blur(ada)
    assert end_of(ada, task) == "finished"
    before = blurred(ada, task)

    compose.compose("down", "--timeout=40")
    stack.start()

    assert ada.get("/about").json()["person"]["name"] == "ada"
    assert blurred(ada, task) == before
    assert end_of(ada, blur(ada)) == "finished"


def test_people_sign_in_at_keycloak_behind_the_same_address(
    stack: Stack, ada: httpx.Client
) -> None:
    task = blur(ada)
    assert end_of(ada, task) == "finished"
    before = blurred(ada, task)

    stack.start("accounts")

    password = (stack.secrets / "first_password").read_text()
    with closing(stack.sign_in_at_keycloak("first", password)) as first:
        person = first.get("/about").json()["person"]
        there = blurred(first, task)
        after = end_of(first, blur(first))

    assert (person["name"], person["administrator"]) == ("first", True)
    assert there == before
    assert after == "finished"


def test_nobody_signs_in_with_a_wrong_password(stack: Stack) -> None:
    stack.start("accounts")

    with closing(stack.sign_in_at_keycloak("first", "not that")) as nobody:
        about = nobody.get("/about").json()

    assert about.get("person") is None
