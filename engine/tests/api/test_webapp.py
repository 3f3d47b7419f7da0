"""The pages of the web app and the files they load, from a folder as it is built."""

import gzip
import re
from pathlib import Path

import httpx
import pytest
from engine.api.app import create_app
from engine.api.limits import ApiLimits
from fastapi import FastAPI

from .building import client_of

PAGE = """<!doctype html><base href="__base__" />
<meta name="style-nonce" content="__nonce__" />"""
SCRIPT = "console.log('hello')"
HTML = {"accept": "text/html"}


@pytest.fixture
def web(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "assets" / "app-1a2b.js").write_text(SCRIPT)
    (folder / "assets" / "app-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    return folder


@pytest.fixture
def browser(app: FastAPI, web: Path) -> httpx.AsyncClient:
    return client_of(create_app(app.state.engine, web=web))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/run/face-blur",
        "/edit",
        "/edit/face-blur",
        "/task/1",
        "/compare",
        "/history",
        "/health",
        "/sign-in",
        "/first-administrator",
        "/account",
        "/admin/people",
        "/admin/spaces/main",
        "/admin/audit",
    ],
)
async def test_each_address_of_the_app_gives_its_page(
    browser: httpx.AsyncClient, path: str
) -> None:
    answer = await browser.get(path, headers=HTML)

    assert answer.status_code == 200
    assert '<base href="/" />' in answer.text


async def test_each_page_has_a_nonce_of_its_own_that_its_policy_names(
    browser: httpx.AsyncClient,
) -> None:
    pages = [await browser.get("/history", headers=HTML) for _ in range(2)]

    nonces = [re.findall('content="([^"]{20,})"', page.text)[0] for page in pages]
    policies = [page.headers["content-security-policy"] for page in pages]
    assert nonces[0] != nonces[1]
    for nonce, policy in zip(nonces, policies, strict=True):
        assert f"style-src 'self' 'nonce-{nonce}'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy


async def test_programs_still_get_addresses_at_the_root(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.get("/")

    assert "services" in answer.json()["links"]


async def test_a_file_is_kept_for_ever_and_sent_as_small_as_the_browser_can_read_it(
    browser: httpx.AsyncClient,
) -> None:
    plain = await browser.get("/assets/app-1a2b.js", headers={"accept-encoding": ""})
    small = await browser.get(
        "/assets/app-1a2b.js", headers={"accept-encoding": "gzip"}
    )

    assert plain.text == small.text == SCRIPT
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    for answer in (plain, small):
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize("name", ["other.js", "..%2findex.html", "app-1a2b.js.gz"])
async def test_there_are_no_other_files(browser: httpx.AsyncClient, name: str) -> None:
    answer = await browser.get(f"/assets/{name}")

    assert answer.status_code == 404


async def test_an_app_that_is_built_anew_is_served_as_it_is_then(
    browser: httpx.AsyncClient, web: Path
) -> None:
    for name in ("app-1a2b.js", "app-1a2b.js.gz"):
        (web / "assets" / name).unlink()
    (web / "assets" / "app-3c4d.js").write_text("later()")
    rebuilt = web / "next.html"
    rebuilt.write_text(f"{PAGE}<p>built anew</p>")
    rebuilt.replace(web / "index.html")

    for encoding in ("", "gzip"):
        headers = {"accept-encoding": encoding}
        old = await browser.get("/assets/app-1a2b.js", headers=headers)
        assert old.status_code == 404
        assert "immutable" not in old.headers.get("cache-control", "")
    assert (await browser.get("/assets/app-3c4d.js")).text == "later()"
    assert "built anew" in (await browser.get("/history", headers=HTML)).text


async def test_while_it_is_built_the_page_is_the_one_there_was(
    browser: httpx.AsyncClient, web: Path
) -> None:
    (web / "index.html").unlink()

    page = await browser.get("/history", headers=HTML)
    unknown = await browser.get("/assets/other.js")

    assert '<base href="/" />' in page.text
    assert unknown.status_code == 404


async def test_behind_a_proxy_the_page_knows_its_prefix(
    app: FastAPI, web: Path
) -> None:
    limits = ApiLimits(trusted_proxies=frozenset({"127.0.0.1"}))
    browser = client_of(create_app(app.state.engine, limits, web=web))

    answer = await browser.get(
        "/history", headers=HTML | {"x-forwarded-prefix": "/ml/"}
    )

    assert '<base href="/ml/" />' in answer.text
