"""An operation that asks for whom it works, with a real engine and with forgers."""

import base64
import hashlib
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey
from real_engine import RealEngine, started_engine
from service_sdk import BadSignature, Caller, Service
from service_sdk.caller import Callers
from service_sdk.errors import CallerUnknown
from service_sdk.signature import read_signature
from service_sdk.testing import service_on_loopback

from servers.waiting import block_until

SERVICE_TOKEN = "0123456789abcdef" * 2

service = Service("asking")


@service.operation(route="who")
def who(caller: Caller, greeting: str = "hello") -> dict[str, str]:
    """Greet for whom it works."""
    said = f"{greeting} {caller.name}"
    return {"said": said, "id": caller.id, "task": caller.task}


@service.operation(route="perhaps-who")
def perhaps_who(caller: Caller | None) -> dict[str, bool]:
    return {"known": caller is not None}


app = service.app


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealEngine]:
    with (
        started_engine(tmp_path_factory.mktemp("engine")) as running,
        running.offering(app),
    ):
        yield running


def test_an_operation_learns_from_the_engine_for_whom_it_works(
    engine: RealEngine,
) -> None:
    started = engine.http.post("/services/who?wait=60", json={})
    perhaps = engine.http.post("/services/perhaps-who?wait=60", json={})

    assert started.status_code == 200, started.text
    assert started.json()["said"] == "hello local"
    assert perhaps.json() == {"known": True}


def test_with_accounts_it_works_for_the_person_who_started_the_task(
    tmp_path: Path,
) -> None:
    accounts = {"AUTH": "accounts", "SERVICE_TOKEN": SERVICE_TOKEN}
    with started_engine(tmp_path, **accounts) as engine:
        id_ = first_administrator(engine, name="ada")
        with engine.offering(app, engine_token=SERVICE_TOKEN):
            started = engine.http.post("/services/who?wait=60", json={})

    assert started.status_code == 200, started.text
    answer = started.json()
    assert (answer["said"], answer["id"]) == ("hello ada", id_)


INVITATION = re.compile(r"/first-administrator#(\S+)\s")


def first_administrator(engine: RealEngine, *, name: str) -> str:
    """Sign in with the address that the engine printed; the id of the person."""
    block_until(lambda: bool(INVITATION.search(engine.said())), explain=engine.said)
    (invitation,) = INVITATION.findall(engine.said())
    body = {"invitation": invitation, "name": name, "password": "fish under the stairs"}
    made = engine.http.post("/first-administrator", json=body)
    assert made.status_code == 201, made.text
    person = engine.http.get("/about").json()["person"]
    assert person["name"] == name
    return str(person["id"])


def test_an_operation_that_needs_to_know_it_does_not_work_alone() -> None:
    with service_on_loopback(app) as loopback:
        url = loopback.url
        asked = httpx.post(f"{url}/who", json={}, timeout=60)
        task = asked.json()["jobId"]
        result = _result(url, task)
        perhaps = httpx.post(f"{url}/perhaps-who", json={}, timeout=60)
        none = _result(url, perhaps.json()["jobId"])

    assert result.status_code == 503
    assert "for whom" in result.text
    assert none.json() == {"known": False}


def _result(url: str, task: str) -> httpx.Response:
    for _ in range(3000):
        answer = httpx.get(f"{url}/tasks/{task}", timeout=60)
        if answer.status_code not in (202, 409):
            return answer
        time.sleep(0.02)
    raise AssertionError(answer.text)


def test_it_is_no_input_and_asked_for_once() -> None:
    signature = read_signature(who, None)

    assert signature.keys == ("greeting",)
    assert signature.needs_caller

    def twice(one: Caller, other: Caller) -> None: ...

    with pytest.raises(BadSignature, match="both a Caller"):
        read_signature(twice, None)


# What an engine could send that is not the engine of this service, or that somebody
# changed on its way.
ATTEMPT = "attempt-1"
KEY = OKPKey.generate_key("Ed25519", {"kid": "engine"})
OTHER = OKPKey.generate_key("Ed25519", {"kid": "engine"})


def claims(**changed: Any) -> dict[str, Any]:
    digest = hashlib.sha256(ATTEMPT.encode()).digest()
    told = {
        "aud": "who",
        "attempt": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "exp": time.time() + 300,
        "sub": "1",
        "name": "ada",
        "task": "t",
        **changed,
    }
    return {name: value for name, value in told.items() if value is not None}


def signed(key: Any = KEY, alg: str = "Ed25519", **changed: Any) -> str:
    head = {"alg": alg, "kid": "engine"}
    return jwt.encode(head, claims(**changed), key, algorithms=[alg])


class Engine:
    """Answers with a token, and counts how often it is asked for its keys."""

    def __init__(self, token: object, keys: object = None) -> None:
        self.token = token
        self.keys = {"keys": [KEY.as_dict(private=False)]} if keys is None else keys
        self.asked = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json={"token": self.token})
        self.asked += 1
        return httpx.Response(200, json=self.keys)


async def asked(engine: Any, times: int = 1) -> Caller:
    transport = httpx.MockTransport(engine)
    async with httpx.AsyncClient(transport=transport) as client:
        callers = Callers(client=client, engine_url="http://engine")
        for _ in range(times):
            found = await callers.of(ATTEMPT, "who")
    return found


async def test_keys_are_fetched_once() -> None:
    engine = Engine(signed())

    caller = await asked(engine, times=5)

    assert (caller.id, caller.name, caller.task) == ("1", "ada", "t")
    assert caller.token not in repr(caller)
    assert engine.asked == 1


PUBLIC = OctKey.import_key(str(KEY.as_dict(private=False)["x"]))


@pytest.mark.parametrize(
    "token",
    [
        signed(OTHER),
        signed(PUBLIC, "HS256"),
        signed().rpartition(".")[0] + ".",
        "eyJhbGciOiJub25lIn0.e30.",
        signed(aud="another-route"),
        signed(aud=None),
        signed(attempt="another"),
        signed(exp=time.time() - 100),
        signed(exp=None),
        signed(exp=True),
        signed(sub=None),
        signed(name=7),
        None,
        "no token",
    ],
)
async def test_what_the_engine_did_not_sign_for_this_attempt_is_not_believed(
    token: object,
) -> None:
    with pytest.raises(CallerUnknown):
        await asked(Engine(token))


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": "x"}, []])
async def test_keys_that_cannot_be_read_are_said(keys: object) -> None:
    with pytest.raises(CallerUnknown):
        await asked(Engine(signed(), keys))


async def test_an_engine_that_does_not_answer_is_said() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(CallerUnknown, match="does not answer"):
        await asked(away)
    with pytest.raises(CallerUnknown, match="404"):
        await asked(lambda _: httpx.Response(404, json={"detail": "no"}))
