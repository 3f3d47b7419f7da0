"""The engine without accounts, and with them, asked with a token: what that costs."""

import json
import subprocess  # nosec B404: only programs that are named here are started
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPResponse
from os import environ
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

from bench.measure import Side
from bench.processes import ENGINE, Process, engine, python, stopping

NAME = "bench"
PASSWORD = "four words without meaning"  # nosec B105: of an engine that soon ends
ACCOUNTS = {
    "AUTH": "accounts",
    # Looked at, and never reached: one person starts all tasks of the bench.
    "MAX_PERSON_STARTS": "10000000",
    "MAX_SPACE_STARTS": "10000000",
}
WITHOUT = "no accounts"
WITH = "with a token"


@contextmanager
def beside_no_accounts() -> Iterator[tuple[Sequence[Side], Process]]:
    """An engine of each kind in a new folder, and the service."""
    with TemporaryDirectory(prefix="bench-") as temporary:
        folder = Path(temporary)
        service = Process(python("bench.service", "PORT"))
        plain = Process(engine(folder / "plain"), environment=ENGINE)
        with (
            stopping(service, plain),
            with_accounts(engine(folder / "accounts"), folder / "accounts") as side,
        ):
            yield [Side(WITHOUT, [plain]), side], service


@contextmanager
def with_accounts(command: Sequence[str], folder: Path) -> Iterator[Side]:
    """An engine with accounts, whose data is in a folder, asked with a token."""
    settings = {**ENGINE, **ACCOUNTS}
    add_person(folder, settings)
    served = Process(command, environment=settings)
    with stopping(served):
        yield Side(WITH, [served], token=token_of(served.url))


def add_person(folder: Path, settings: Mapping[str, str], name: str = NAME) -> None:
    """One who announces everything, and owns what is in the space of the tasks."""
    who = (name, "--administrator", "--role", "owner")
    command = python("engine.cli", "people", "add", *who, "--here")
    subprocess.run(  # nosec B603: no input of others
        command,
        env={**environ, **settings, "DATA_DIR": str(folder)},
        input=PASSWORD,
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def token_of(url: str, name: str = NAME) -> str:
    credentials = {"name": name, "password": PASSWORD}
    with _post(f"{url}/sessions", credentials) as answer:
        cookie = answer.headers["set-cookie"].partition(";")[0]
    wish = {
        "label": "bench",
        "scopes": ["read", "run", "publish", "announce"],
        "announces": ["*"],
    }
    with _post(f"{url}/tokens", wish, cookie) as answer:
        return str(json.load(answer)["token"])


def _post(url: str, body: Mapping[str, object], cookie: str = "") -> HTTPResponse:
    headers = {"content-type": "application/json", "cookie": cookie}
    request = Request(url, json.dumps(body).encode(), headers)
    answer: HTTPResponse = urlopen(request, timeout=60)  # nosec B310: our own engine
    return answer
