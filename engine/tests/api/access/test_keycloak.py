"""Signing in at a real Keycloak, through its own form.

About a minute, most of it until Keycloak has started.
"""

import html
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from terminal import logging_in

from servers.keycloak import ADMINISTRATOR, PASSWORD, Keycloak
from servers.waiting import block_until

from ..serving import Server, serving

pytestmark = [
    pytest.mark.external,
    pytest.mark.keycloak,
]

FORM = re.compile(r'<form[^>]*id="kc-form-login"[^>]*action="([^"]+)"')
TRIAL_PASSWORD = "only for trials"
CLIENT = "marketplace"
REPOSITORY = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def keycloak() -> Iterator[Keycloak]:
    with TemporaryDirectory(prefix="servers-") as folder:
        with Keycloak(Path(folder)) as running:
            yield running


@pytest.fixture(scope="module")
def admin(keycloak: Keycloak) -> Iterator["Admin"]:
    with httpx.Client(timeout=60) as client:
        yield Admin(keycloak.root, client)


@pytest.fixture(scope="module")
def engine(
    keycloak: Keycloak, admin: "Admin", tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    settings: dict[str, Any] = {
        "auth": "oidc",
        "oidc_issuer": keycloak.url,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": "only-for-trials-on-this-machine",
        "oidc_administrators": ["staff"],
        "oidc_groups": ["teachers=main:author", "students=main:reader"],
    }
    with serving(tmp_path_factory.mktemp("engine"), **settings) as server:
        admin.call_when_signed_out(f"{server.url}/oidc/back-channel-logout")
        yield server


class Admin:
    """What an administrator does at Keycloak."""

    def __init__(self, root: str, client: httpx.Client) -> None:
        self._root = root
        self._client = client

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """Call the interface for administrators of the realm."""
        token = self._client.post(
            f"{self._root}/realms/master/protocol/openid-connect/token",
            data={
                "grant_type": "password",
                "client_id": "admin-cli",
                "username": ADMINISTRATOR,
                "password": PASSWORD,
            },
        ).json()["access_token"]
        answer = self._client.request(
            method,
            f"{self._root}/admin/realms/school{path}",
            headers={"authorization": f"Bearer {token}"},
            **options,
        )
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def call_when_signed_out(self, address: str) -> None:
        """Where Keycloak tells that somebody has signed out."""
        (client,) = self.ask("GET", f"/clients?clientId={CLIENT}")
        client["attributes"]["backchannel.logout.url"] = address
        self.ask("PUT", f"/clients/{client['id']}", json=client)

    def id_of(self, name: str) -> str:
        (user,) = self.ask("GET", f"/users?username={name}&exact=true")
        return str(user["id"])


def browser() -> httpx.Client:
    """A client that sends secure cookies to this machine over HTTP, as browsers do."""
    made = httpx.Client(follow_redirects=True, timeout=60)

    def trust_this_machine(_: httpx.Response) -> None:
        for cookie in made.cookies.jar:
            cookie.secure = False

    made.event_hooks = {"response": [trust_this_machine]}
    return made


def fill_in(page: httpx.Response, browser: httpx.Client, name: str) -> httpx.Response:
    """Send the form of Keycloak, as a person does."""
    found = FORM.search(page.text)
    assert found, page.text
    fields = {"username": name, "password": TRIAL_PASSWORD}
    return browser.post(html.unescape(found[1]), data=fields)


def sign_in(browser: httpx.Client, engine: Server, name: str) -> httpx.Response:
    page = browser.get(f"{engine.url}/oidc/sign-in?next=/services")
    return fill_in(page, browser, name)


def who(browser: httpx.Client, engine: Server) -> Any:
    return browser.get(f"{engine.url}/about").json()["person"]


def access_token(keycloak: Keycloak, client: str, name: str = "tom") -> str:
    """What a program of a person gets."""
    answer = httpx.post(
        f"{keycloak.url}/protocol/openid-connect/token",
        data={
            "grant_type": "password",
            "client_id": client,
            "username": name,
            "password": TRIAL_PASSWORD,
            "scope": "openid",
        },
        timeout=60,
    )
    assert answer.is_success, answer.text
    return str(answer.json()["access_token"])


def status_with(token: str, engine: Server) -> int:
    headers = {"authorization": f"Bearer {token}"}
    address = f"{engine.url}/services"
    return httpx.get(address, headers=headers, timeout=60).status_code


def in_a_real_browser(engine: Server, *words: str) -> Any:
    """What a browser is for the engine before and after somebody signed in."""
    script = ["webapp/.node/bin/node", "webapp/e2e/atProvider.ts"]
    done = subprocess.run(
        [*script, engine.url, "tom", TRIAL_PASSWORD, *words],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("name", "administrator", "roles"),
    [
        ("ada", True, {}),
        ("tom", False, {"main": "author"}),
        ("sue", False, {"main": "reader"}),
    ],
)
def test_people_sign_in_and_their_groups_say_what_they_may_do(
    engine: Server, name: str, administrator: bool, roles: dict[str, str]
) -> None:
    with browser() as browsing:
        page = sign_in(browsing, engine, name)
        person = who(browsing, engine)

    assert page.url == f"{engine.url}/services"
    assert page.status_code == 200
    assert person["name"] == name
    assert (person["administrator"], person["roles"]) == (administrator, roles)


def test_who_signs_out_is_asked_for_the_password_again(engine: Server) -> None:
    with browser() as browsing:
        sign_in(browsing, engine, "tom")
        address = browsing.post(f"{engine.url}/oidc/sign-out").json()["address"]
        after = browsing.get(address)
        again = browsing.get(f"{engine.url}/oidc/sign-in")

    assert after.url == f"{engine.url}/sign-in"
    assert FORM.search(again.text)


def test_who_is_signed_out_at_keycloak_is_signed_out_here(
    engine: Server, admin: Admin
) -> None:
    tom = f"/users/{admin.id_of('tom')}"
    # Keycloak writes sessions a moment later, and ends those that it finds written.
    admin.ask("POST", f"{tom}/logout")
    block_until(lambda: not admin.ask("GET", f"{tom}/sessions"))
    with browser() as browsing, browser() as other:
        sign_in(browsing, engine, "tom")
        sign_in(other, engine, "sue")
        block_until(lambda: len(admin.ask("GET", f"{tom}/sessions")) == 1)

        admin.ask("POST", f"{tom}/logout")

        block_until(lambda: who(browsing, engine) is None)
        assert who(other, engine)["name"] == "sue"


def test_an_answer_of_keycloak_signs_in_once(engine: Server) -> None:
    with browser() as browsing:
        page = browsing.get(f"{engine.url}/oidc/sign-in")
        cookie = browsing.cookies["marketplace-oidc"]
        end = fill_in(page, browsing, "tom")
        back = next(one for one in end.history if "/oidc/callback" in str(one.url))

        replayed = httpx.get(
            back.url, headers={"cookie": f"marketplace-oidc={cookie}"}, timeout=60
        )

    assert replayed.status_code == 400
    assert "used before" in replayed.text


def test_access_tokens_for_the_engine_open_it_and_others_do_not(
    engine: Server, keycloak: Keycloak
) -> None:
    right = access_token(keycloak, "scripts")
    head, body, mac = right.split(".")
    other_body = access_token(keycloak, "scripts", "ada").split(".")[1]

    statuses = [
        status_with(token, engine)
        for token in (
            right,
            access_token(keycloak, "strangers"),
            f"{head}.{other_body}.{mac}",
            f"{head}.{body}.{mac[::-1]}",
        )
    ]

    assert statuses == [200, 401, 401, 401]


def test_tokens_that_are_signed_with_a_new_key_are_believed(
    engine: Server, keycloak: Keycloak, admin: Admin
) -> None:
    before = access_token(keycloak, "scripts")
    assert status_with(before, engine) == 200
    provider = {
        "name": "next",
        "providerId": "rsa-generated",
        "providerType": "org.keycloak.keys.KeyProvider",
        "config": {"priority": ["500"]},
    }

    admin.ask("POST", "/components", json=provider)
    after = access_token(keycloak, "scripts")

    assert before.split(".")[0] != after.split(".")[0]
    block_until(lambda: status_with(after, engine) == 200, look_seconds=1)
    assert status_with(before, engine) == 200


def test_a_browser_signs_in_and_is_back_where_it_was(engine: Server) -> None:
    seen = in_a_real_browser(engine)

    assert seen == {"before": None, "after": "tom", "at": "/"}


def test_a_terminal_is_signed_in_by_who_signs_in_at_keycloak(
    engine: Server, tmp_path: Path
) -> None:
    with logging_in(engine.url, tmp_path) as (process, code):
        # Not signed in yet: from the page of the code to Keycloak, and back to it.
        seen = in_a_real_browser(engine, code)
        output, _ = process.communicate(timeout=60)

    kept = json.loads((tmp_path / "marketplace/tokens.json").read_text())
    token = {"authorization": f"Bearer {kept[engine.url]}"}
    person = httpx.get(f"{engine.url}/about", headers=token, timeout=60).json()
    assert seen == {"before": None, "after": "tom", "at": "/device"}
    assert (process.returncode, "signed in as tom" in output) == (0, True)
    assert person["user"] == "tom"
    # What his groups gave him when he signed in.
    assert person["person"]["roles"] == {"main": "author"}
