"""The audit log has an entry of each call that it promises to tell of."""

from typing import Any

import httpx
from engine.domain.access.audit import Entry, broken
from engine.domain.access.table import AUDITED
from fastapi import FastAPI

from ..conftest import echo
from .conftest import PASSWORD, SignIn, start

Json = Any
AT_PROVIDER = {
    "GET /oidc/callback",
    "POST /oidc/sign-out",
    "POST /oidc/back-channel-logout",
}
"""oidc/test_signing_in.py"""
OF_BROKER = {"POST /dead-letters/{id}/revive", "DELETE /dead-letters/{id}"}
"""Only with NATS are there dead letters."""
FIRST = {"POST /first-administrator"}
"""test_pages.py: only as long as there is none."""
BEGUN = {"POST /device-logins"}
"""Nobody is signed in by it: what a person decides is told, and who gets a token."""
OF_STRANGERS = {"POST /sessions", "POST /device-logins", "POST /device-logins/redeem"}
"""Nobody is known who sends them. What is no try at all is not told."""


class Deeds:
    """Does what the log tells of, each call once, in an order in which it can be."""

    def __init__(
        self,
        *,
        root: httpx.AsyncClient,
        anybody: httpx.AsyncClient,
        sign_in: SignIn,
    ) -> None:
        self._root = root
        self._anybody = anybody
        self._sign_in = sign_in

    async def all(self) -> None:
        for deeds in (
            self._routes,
            self._tasks,
            self._secrets_and_schedules,
            self._people,
            self._groups_and_spaces,
            self._account,
            self._terminals,
        ):
            await deeds()

    async def do(self, method: str, path: str, body: Json = None, **more: Any) -> Json:
        """A call of the administrator, that is done."""
        answer = await self._root.request(method, path, json=body, **more)
        assert answer.is_success, (method, path, answer.text)
        is_json = answer.headers.get("content-type", "").endswith("json")
        return answer.json() if is_json else None

    async def _routes(self) -> None:
        await self.do("POST", "/services", echo("deed", body={}))
        other = echo("deed", body={}, summary="tried")
        tried = await self.do("POST", "/services/deed/versions", other)
        await self.do("DELETE", f"/services/deed/versions/{tried['version']}")
        saved = await self.do("POST", "/services/deed/saved", {"notes": 1})
        await self.do("DELETE", f"/services/deed/saved/{saved['id']}")
        await self.do("POST", "/spaces", {"id": "art"})
        await self.do("PUT", "/services/deed/sharing/art", {"may": "run"})
        await self.do("DELETE", "/services/deed/sharing/art")
        await self.do("DELETE", "/services/deed")

    async def _tasks(self) -> None:
        task = await start(self._root)
        await self.do("POST", f"/tasks/{task}/cancel")
        await self.do("DELETE", f"/tasks/{task}")

    async def _secrets_and_schedules(self) -> None:
        await self.do("PUT", "/secrets/github", {"value": "a value of the other side"})
        await self.do("DELETE", "/secrets/github")
        wish = {"route": "any", "cron": "0 0 1 1 *", "input": {}}
        made = await self.do("POST", "/schedules", wish)
        await self.do("PUT", f"/schedules/{made['id']}", {**wish, "paused": True})
        await self.do("DELETE", f"/schedules/{made['id']}")

    async def _people(self) -> None:
        made = await self.do("POST", "/people", {"name": "eva", "password": PASSWORD})
        await self.do("PATCH", f"/people/{made['id']}", {"active": False})
        await self.do("GET", f"/people/{made['id']}/export")
        await self.do("PUT", f"/spaces/art/members/{made['id']}", {"role": "reader"})
        await self.do("DELETE", f"/spaces/art/members/{made['id']}")
        await self.do("DELETE", f"/people/{made['id']}")

    async def _groups_and_spaces(self) -> None:
        await self.do("POST", "/groups", {"id": "choir"})
        await self.do("PATCH", "/groups/choir", {"name": "The choir"})
        await self.do("PUT", "/groups/choir/people/guest")
        await self.do("DELETE", "/groups/choir/people/guest")
        await self.do("DELETE", "/groups/choir")
        await self.do("PATCH", "/spaces/art", {"name": "Art"})
        await self.do("DELETE", "/spaces/art")

    async def _account(self) -> None:
        made = await self.do("POST", "/tokens", {"label": "x"})
        await self.do("DELETE", f"/tokens/{made['id']}")
        guest = await self._sign_in("guest")
        new = {"current": PASSWORD, "password": f"{PASSWORD} again"}
        assert (await guest.put("/account/password", json=new)).is_success
        assert (await guest.delete("/sessions/current")).is_success

    async def _terminals(self) -> None:
        asked = {"machine": "laptop", "scopes": ["read"]}
        begun = await self._anybody.post("/device-logins", json=asked)
        assert begun.is_success, begun.text
        told = begun.json()
        await self.do("POST", "/device-logins/look", {"code": told["user_code"]})
        allowed = {"code": told["user_code"], "allow": True}
        await self.do("POST", "/device-logins/decide", allowed)
        secret = {"device_code": told["device_code"]}
        fetched = await self._anybody.post("/device-logins/redeem", json=secret)
        assert fetched.is_success, fetched.text


async def test_each_call_that_is_to_be_told_is_told_once_it_is_done(
    app: FastAPI, sign_in: SignIn, anybody: httpx.AsyncClient
) -> None:
    root = await sign_in("root")
    await Deeds(root=root, anybody=anybody, sign_in=sign_in).all()

    items = (await root.get("/audit", params={"limit": 1000})).json()["items"]

    done = {one["action"] for one in items if one["outcome"] == "done"}
    assert AUDITED - done == AT_PROVIDER | OF_BROKER | FIRST | BEGUN
    assert {one["address"] for one in items} == {"127.0.0.1"}
    assert all(one["name"] or one["action"] in OF_STRANGERS for one in items)
    assert broken([Entry.from_json(one) for one in items]) is None


async def test_each_of_them_that_is_not_done_is_told_too(sign_in: SignIn) -> None:
    root, guest = await sign_in("root"), await sign_in("guest")
    names = ("route", "task", "space", "version", "id", "name", "person")
    tried = []

    for call in sorted(AUDITED - AT_PROVIDER - OF_STRANGERS - FIRST):
        method, _, template = call.partition(" ")
        path = template.format(**dict.fromkeys(names, "main"))
        answer = await guest.request(method, path, json={})
        if answer.is_error:
            tried.append(call)

    items = (await root.get("/audit", params={"limit": 1000})).json()["items"]
    told = {one["action"] for one in items if one["outcome"] != "done"}
    assert len(tried) > len(AUDITED) / 2
    assert set(tried) - told == set()
