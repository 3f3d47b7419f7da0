"""Only the engine's machine gives out work, and results go only to the engine."""

import logging
import socket

import httpx
import pytest
from sample_service import app
from service_sdk.log import LINE, OneLine
from service_sdk.settings import Settings
from service_sdk.testing import FakeEngine, Kit, Loopback, service_on_loopback

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:3000"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_page_of_another_site_cannot_give_out_work(
    kit: Kit, headers: dict[str, str]
) -> None:
    answer = kit.http.post("/whoami", json={}, headers=headers)

    assert answer.status_code == 403
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["type"] == "urn:service:cross-site"


def test_the_service_s_own_pages_can(kit: Kit) -> None:
    headers = {"origin": kit.url, "sec-fetch-site": "same-origin"}

    assert kit.http.post("/whoami", json={}, headers=headers).status_code == 202


def test_anybody_may_lead_a_browser_to_a_page(kit: Kit) -> None:
    answer = kit.http.get("/docs", headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:80", ""])
def test_a_name_that_only_leads_here_is_not_answered(kit: Kit, host: str) -> None:
    answer = kit.http.post("/whoami", json={}, headers={"host": host})

    assert answer.status_code == 421
    assert answer.json()["detail"].endswith("add it to ALLOWED_HOSTS")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_probe_needs_no_name(kit: Kit, path: str) -> None:
    assert kit.http.get(path, headers={"host": "10.0.0.7:80"}).status_code == 200


@pytest.mark.parametrize(
    ("setting", "host"),
    [
        ({"service_url": "http://blur.local:80"}, "Blur.local"),
        ({"allowed_hosts": "other, blur.local"}, "blur.local:9000"),
        ({"allowed_hosts": "*"}, "any.example"),
        ({}, "[::1]:9000"),
    ],
)
def test_the_own_names_are_answered(setting: dict[str, str], host: str) -> None:
    with service_on_loopback(app, **setting) as service:
        answer = httpx.get(f"{service.url}/openapi.json", headers={"host": host})

    assert answer.status_code == 200


def test_two_hosts_are_refused(kit: Kit) -> None:
    host, port = kit.url.removeprefix("http://").split(":")

    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET /docs HTTP/1.1\r\nHost: localhost\r\nHost: x\r\n\r\n")
        answer = connection.recv(1000)

    assert answer.startswith(b"HTTP/1.1 400 ")


def test_a_web_page_among_the_results_cannot_act(kit: Kit) -> None:
    files = {"file": ("page.html", b"<script>alert(1)</script>", "text/html")}
    task = kit.http.post("/echo", files=files).json()["jobId"]

    headers = kit.read_alone(task).headers

    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/callback",
        "http://evil.example/callback",
        "http://169.254.169.254/callback",
        "ENGINE/services/greet",
        "ENGINE/callback/../services/greet",
        "ENGINE/services/greet?x=/callback",
        "http://evil@ENGINE_HOST:1/callback",
    ],
)
def test_a_result_goes_nowhere_but_to_the_engine_s_callback(kit: Kit, url: str) -> None:
    """A service started a task at the engine, with the result as its input."""
    engine = kit.callback_url.removesuffix("/callback")
    url = url.replace("ENGINE_HOST", "127.0.0.1").replace("ENGINE", engine)
    query = {"callback_url": url, "task_id": "task"}

    answer = kit.http.post("/whoami", params=query, json={})

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:service:callback-refused"
    assert "CALLBACK_ADDRESSES" in answer.json()["detail"]


def test_without_an_engine_no_callback_is_known() -> None:
    query = {"callback_url": "http://127.0.0.1:8000/callback", "task_id": "task"}

    with Kit(app, engine_url="") as kit:
        answer = kit.http.post("/whoami", params=query, json={})

    assert answer.status_code == 403
    assert "ENGINE_URL is not set" in answer.json()["detail"]


def test_another_name_of_this_machine_is_the_same_engine(kit: Kit) -> None:
    url = kit.callback_url.replace("127.0.0.1", "LOCALHOST")

    answer = kit.http.post(
        "/whoami", params={"callback_url": url, "task_id": "by-name"}, json={}
    )

    assert answer.status_code == 202
    assert "process" in kit.engine.reply("by-name").typed


def test_an_engine_behind_the_path_of_a_proxy_is_called_back() -> None:
    with Kit(app, engine_url="http://127.0.0.1:1/engine") as kit:
        query = {"callback_url": "http://127.0.0.1:1/engine/callback", "task_id": "t"}
        assert kit.http.post("/wait", params=query, json={"name": 1}).is_success


def test_results_go_to_listed_addresses() -> None:
    listed = FakeEngine()

    with (
        Loopback(listed.app) as server,
        Kit(app, callback_addresses=f"x.example, 127.0.0.1:{server.port}") as kit,
    ):
        query = {"callback_url": f"{server.url}/callback", "task_id": "there"}
        kit.http.post("/whoami", params=query, json={}).raise_for_status()

        assert "process" in listed.reply("there").typed


def test_the_proxy_of_the_environment_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)

    with Kit(app) as kit:
        assert kit.announcement("greet")
        assert "process" in kit.call("whoami").typed


def test_the_proxy_of_the_environment_is_asked_when_a_setting_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy = FakeEngine()

    with Loopback(proxy.app) as server:
        monkeypatch.setenv("HTTP_PROXY", server.url)
        with Kit(app, use_proxy=True, engine_url="http://engine.invalid"):
            assert proxy.announcement("greet")


def test_a_task_id_that_breaks_a_line_is_refused(kit: Kit) -> None:
    query = {"callback_url": kit.callback_url, "task_id": "x\nERROR   all: is lost"}

    answer = kit.http.post("/whoami", params=query, json={})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "task_id"


def test_a_message_that_breaks_a_line_stays_one_line_of_the_log() -> None:
    lines = OneLine(LINE)
    record = logging.LogRecord("x", logging.INFO, "", 0, "a %s", ("b\n\x1b[1mc",), None)

    try:
        raise ValueError("one\nERROR   all: is lost")
    except ValueError as fault:
        trace = lines.formatException((type(fault), fault, fault.__traceback__))

    assert lines.format(record) == r"INFO    x: a b\n\x1b[1mc"
    assert all(line.startswith("    | ") for line in trace.splitlines())


def test_settings_that_are_yes_or_no_are_read() -> None:
    assert Settings.from_environment({"USE_PROXY": "1"}).use_proxy
    assert not Settings.from_environment({"USE_PROXY": "no"}).use_proxy
