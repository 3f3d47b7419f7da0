"""Talks to an engine; what goes wrong comes out as `Trouble`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self
from urllib.parse import quote, urlsplit

import httpx

from engine.cli.trouble import Faults, Trouble

HERE = frozenset({"localhost", "127.0.0.1", "::1"})
TIMEOUT = httpx.Timeout(60, connect=5)


def segment(name: str) -> str:
    """A name as one part of a path.

    >>> segment("../stats")
    '..%2Fstats'
    """
    return quote(name, safe="")


class Refused(Trouble):
    """The engine answered with a problem."""

    def __init__(self, answer: httpx.Response) -> None:
        try:
            said = answer.json()
        except ValueError:
            said = {}
        if not isinstance(said, dict):
            said = {}
        detail = said.get("detail") or f"the engine answers {answer.status_code}"
        faults: Faults = said.get("errors") or ()
        if len(faults) == 1 and str(faults[0].get("message")) in str(detail):
            super().__init__(str(detail), str(faults[0].get("hint") or ""))
        else:
            super().__init__(str(detail), faults=faults)
        self.status = answer.status_code


class Unreachable(Trouble):
    """No answer came."""


class EngineClient:
    """The calls of the engine's interface that the commands need."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        try:
            host = urlsplit(self.url).hostname or ""
            # a proxy of the environment would look for the loopback on its own machine
            self._http = httpx.Client(
                base_url=self.url, timeout=TIMEOUT, trust_env=host not in HERE
            )
        except (ValueError, httpx.InvalidURL) as error:
            raise self._no_address(error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, **query: Any) -> Any:
        """The JSON at a path."""
        params = {key: value for key, value in query.items() if value is not None}
        return self.send("GET", path, params=params).json()

    def post(self, path: str, **body: Any) -> Any:
        """The JSON that answers a body (`json`, `files` … as httpx has them)."""
        return self.send("POST", path, **body).json()

    def start(self, route: str, **body: Any) -> str:
        """Start a task; its id."""
        return str(self.post(f"/services/{segment(route)}", **body)["jobId"])

    @contextmanager
    def stream(self, path: str, **headers: str) -> Iterator[httpx.Response]:
        """An answer that is read while it comes."""
        with self._told(), self._http.stream("GET", path, headers=headers) as answer:
            if answer.is_error:
                answer.read()
                raise Refused(answer)
            yield answer

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """The answer; one that is an error is `Refused`."""
        with self._told():
            answer = self._http.request(method, path, **more)
        if answer.is_error:
            raise Refused(answer)
        return answer

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except httpx.UnsupportedProtocol as error:
            raise self._no_address(error) from None
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise Unreachable(
                f"no engine answers at {self.url}",
                "start one with “marketplace up”, or say where it is: "
                "--engine URL or ENGINE_URL",
            ) from None
        except httpx.TransportError as error:
            reason = str(error) or type(error).__name__
            raise Unreachable(
                f"the connection to {self.url} broke: {reason}", "try again"
            ) from None

    def _no_address(self, error: Exception) -> Trouble:
        return Trouble(
            f"“{self.url}” is no address of an engine: {error}",
            "write it like http://127.0.0.1:8000",
        )
