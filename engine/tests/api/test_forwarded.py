"""Behind a proxy that the operator trusts, addresses are as they are seen outside."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from engine.api.access.shown import address_of
from engine.api.forwarded import Forwarded, base_url, prefix_of
from engine.settings import BadSettings, Settings
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from .serving import serving

TOLD = {
    "x-forwarded-host": "shop.example:8443",
    "x-forwarded-proto": "https",
    "x-forwarded-prefix": "/ai/",
}


class Seen:
    """An application that remembers what it was asked."""

    scope: Scope

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope


async def seen(headers: dict[str, str], client: str = "10.0.0.7") -> tuple[str, str]:
    """The address of the engine for a request, and its prefix."""
    scope = await scope_of(headers, client)
    return base_url(Request(scope)), prefix_of(scope)


async def client_behind(headers: dict[str, str], client: str) -> str:
    """The address of who sends a request."""
    return address_of(await scope_of(headers, client))


async def scope_of(headers: dict[str, str], client: str) -> Scope:
    """A request as the application sees it."""
    app = Seen()
    raw = [(name.encode(), text.encode()) for name, text in headers.items()]
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": "/tasks",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8000"), *raw],
        "client": (client, 1234),
        "server": ("127.0.0.1", 8000),
    }
    proxied: Any = Forwarded(app, ["10.0.0.0/24", "::1"])
    await proxied(scope, None, None)
    return app.scope


async def test_a_trusted_proxy_is_believed() -> None:
    assert await seen(TOLD) == ("https://shop.example:8443/ai/", "/ai")
    assert (await seen(TOLD, "::1"))[0] == "https://shop.example:8443/ai/"


async def test_nobody_else_is() -> None:
    for client in ("10.0.1.7", "127.0.0.1", "testclient"):
        assert await seen(TOLD, client) == ("http://127.0.0.1:8000/", "")


@pytest.mark.parametrize(
    "told",
    [
        {"x-forwarded-host": "evil.example/path"},
        {"x-forwarded-host": "a b"},
        {"x-forwarded-host": "user@evil.example"},
        {"x-forwarded-proto": "javascript"},
        {"x-forwarded-prefix": "//evil.example"},
        {"x-forwarded-prefix": "ai"},
        {"x-forwarded-prefix": "/a?b"},
    ],
)
async def test_what_is_no_part_of_an_address_is_passed_over(
    told: dict[str, str],
) -> None:
    assert await seen(told) == ("http://127.0.0.1:8000/", "")


async def test_the_nearest_proxy_has_the_last_word() -> None:
    told = {"x-forwarded-host": "forged.example, shop.example"}

    assert (await seen(told))[0] == "http://shop.example/"


def test_a_proxy_is_named_by_its_address() -> None:
    assert Settings.from_environment(
        {"TRUSTED_PROXIES": "10.0.0.1, fd00::/8"}
    ).trusted_proxies
    with pytest.raises(BadSettings, match="proxy.example"):
        Settings.from_environment({"TRUSTED_PROXIES": "proxy.example"})


def test_only_named_proxies_are_believed_whoever_they_speak_for(
    tmp_path: Path,
) -> None:
    told = {**TOLD, "x-forwarded-for": "203.0.113.9"}
    hosts = ["shop.example"]

    with serving(tmp_path / "a", allowed_hosts=hosts) as alone:
        unbelieved = httpx.get(f"{alone.url}/openapi.json", headers=told)
    with serving(
        tmp_path / "b", allowed_hosts=hosts, trusted_proxies=["127.0.0.1"]
    ) as behind:
        believed = httpx.get(f"{behind.url}/openapi.json", headers=told)
        head = httpx.head(f"{behind.url}/services")

    assert unbelieved.json()["servers"] == [{"url": "/"}]
    assert believed.json()["servers"] == [{"url": "/ai"}]
    assert (head.status_code, head.headers["content-length"]) == (200, "2")


class TestBehindAProxy:
    """The engine itself."""

    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        changes = {
            "trusted_proxies": ("127.0.0.1",),
            "allowed_hosts": ("shop.example",),
        }
        return settings.model_copy(update=changes)

    async def test_addresses_of_files_lead_through_it(
        self, client: httpx.AsyncClient, ended: Any
    ) -> None:
        started = await client.post(
            "/services/file",
            files={"image": ("a.png", b"pixels", "image/png")},
            headers=TOLD,
        )
        task = started.json()["jobId"]
        await ended(task)

        outputs = await client.get(f"/tasks/{task}", headers=TOLD)
        document = await client.get("/openapi.json", headers=TOLD)

        assert started.headers["location"] == f"/ai/tasks/{task}/status"
        assert outputs.json()["image"] == (
            f"https://shop.example:8443/ai/tasks/{task}/files/image"
        )
        assert document.json()["servers"] == [{"url": "/ai"}]

    async def test_the_host_is_still_checked(self, client: httpx.AsyncClient) -> None:
        told = {**TOLD, "x-forwarded-host": "evil.example"}

        assert (await client.get("/tasks", headers=told)).status_code == 421


@pytest.mark.parametrize(
    ("told", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 10.0.0.8", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9, 10.0.0.8", "203.0.113.9"),
        ("6.6.6.6, forged", "10.0.0.7"),
        ("", "10.0.0.7"),
        ("10.0.0.8", "10.0.0.7"),
    ],
)
async def test_of_those_who_sent_it_on_the_first_that_is_not_trusted_is_the_client(
    told: str, client: str
) -> None:
    assert await client_behind({"x-forwarded-for": told}, "10.0.0.7") == client


async def test_nobody_says_of_themselves_where_they_are() -> None:
    told = {"x-forwarded-for": "203.0.113.9"}

    assert await client_behind(told, "6.6.6.6") == "6.6.6.6"
