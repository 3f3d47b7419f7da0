"""Calls an engine, by the client of this project; what goes wrong is `Trouble`."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import quote

import httpx
from httpx_sse import SSEError
from marketplace_client import Client, Event, Problem
from marketplace_client import Unreachable as NoAnswer

from engine.cli.kept_tokens import token_for
from engine.cli.trouble import Trouble
from engine.domain.protocol import SPACE
from engine.program import DEFAULT_ENGINE, command

SPACE_VARIABLE = "MARKETPLACE_SPACE"
"""The setting that names the space in which commands do something."""
OF_A_SPACE = ("/services", "/tasks", "/secrets", "/schedules")


def segment(name: str) -> str:
    """A name as one segment of a path.

    >>> segment("../stats")
    '..%2Fstats'
    """
    return quote(name, safe="")


class Refused(Trouble):
    """The engine answered with a problem."""

    def __init__(self, problem: Problem) -> None:
        faults = [asdict(fault) for fault in problem.faults]

        # A single fault is the detail already: a table would only repeat it.
        if problem.status == HTTPStatus.UNAUTHORIZED:
            super().__init__(problem.detail, f"sign in with “{command('login')}”")
        elif len(faults) == 1 and faults[0]["message"] in problem.detail:
            super().__init__(problem.detail, faults[0]["hint"])
        else:
            super().__init__(problem.detail, faults=faults)
        self.status = problem.status


class Unreachable(Trouble):
    """No answer came."""


class EngineClient:
    """The calls of the engine's interface that the commands need."""

    def __init__(self, url: str, token: str | None = None) -> None:
        """With the token that is kept for this engine, unless another one is given."""
        self.url = url.rstrip("/")
        shown = token_for(self.url) if token is None else token
        headers = {"authorization": f"Bearer {shown}"} if shown else {}
        try:
            # A person who waits learns at once that no engine is there.
            self._client = Client(self.url, retries=0, headers=headers)
        except (ValueError, httpx.InvalidURL) as error:
            raise self._bad_address(error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, /, **query: Any) -> Any:
        """The JSON at a path; parameters that are None are left out."""
        params = {name: value for name, value in query.items() if value is not None}
        return self.send("GET", path, params=params)

    def pages(self, path: str, /, **query: Any) -> Iterator[Any]:
        """The items of all pages of a list."""
        cursor: str | None = None
        while True:
            page = self.get(path, cursor=cursor, **query)
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def routes(self) -> list[Any]:
        """All routes."""
        with self._raising_trouble():
            return self._client.routes()

    def post(self, path: str, **body: Any) -> Any:
        """The JSON that answers a body (`json`, `files` … as httpx has them)."""
        return self.send("POST", path, **body)

    def start(self, route: str, **body: Any) -> str:
        """Start a task; its id."""
        started = self.post(f"/services/{segment(route)}", **body)
        return str(started["jobId"])

    def events(self, task: str, after: str = "") -> Iterator[Event]:
        """The changes of a task as they come, from one on."""
        with self._raising_trouble():
            yield from self._client.task(task).events(after)

    @contextmanager
    def stream(
        self, path: str, headers: Mapping[str, str] | None = None
    ) -> Iterator[httpx.Response]:
        """An answer that is read while it comes."""
        with self._raising_trouble(), self._client.streaming(path, headers) as answer:
            yield answer

    def send(self, method: str, path: str, **options: Any) -> Any:
        """The JSON that answers, if any does; raises `Refused` for a problem."""
        space = os.environ.get(SPACE_VARIABLE, "")
        if space and path.startswith(OF_A_SPACE):
            options["params"] = {SPACE: space} | (options.get("params") or {})
        with self._raising_trouble():
            return self._client.call(method, path, **options)

    @contextmanager
    def _raising_trouble(self) -> Iterator[None]:
        """Turn what the client raises into `Trouble`."""
        try:
            yield
        except Problem as problem:
            raise Refused(problem) from None
        except SSEError as error:
            raise Trouble(f"{self.url} sends no events: {error}") from None
        except NoAnswer as error:
            raise self._no_answer(error) from None

    def _no_answer(self, error: NoAnswer) -> Trouble:
        match error.__cause__:
            case httpx.UnsupportedProtocol() as cause:
                return self._bad_address(cause)
            case httpx.ConnectError() | httpx.ConnectTimeout():
                return Unreachable(
                    f"no engine answers at {self.url}",
                    f"start one with “{command('up')}”, or give its address: "
                    "--engine URL or DEFAULT_ENGINE",
                )
        return Unreachable(
            f"the connection to {self.url} broke: {error.reason}", "try again"
        )

    def _bad_address(self, error: Exception) -> Trouble:
        return Trouble(
            f"“{self.url}” is not the address of an engine: {error}",
            f"write it like {DEFAULT_ENGINE}",
        )
