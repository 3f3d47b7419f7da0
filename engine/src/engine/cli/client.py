"""Calls an engine over HTTP; what goes wrong is raised as `Trouble`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self
from urllib.parse import quote, urlsplit

import httpx

from engine.cli.defaults import ENGINE_URL
from engine.cli.trouble import Faults, Trouble

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
TIMEOUT = httpx.Timeout(60, connect=5)
"""Seconds between two pieces of an answer: a stream of events shows four times a minute
that it lives."""


def segment(name: str) -> str:
    """A name as one segment of a path.

    >>> segment("../stats")
    '..%2Fstats'
    """
    return quote(name, safe="")


class Refused(Trouble):
    """The engine answered with a problem."""

    def __init__(self, answer: httpx.Response) -> None:
        problem = _problem(answer)
        detail = str(
            problem.get("detail") or f"the engine answers {answer.status_code}"
        )
        faults: Faults = problem.get("errors") or ()

        # A single fault is the detail already: a table would only repeat it.
        if len(faults) == 1 and str(faults[0].get("message")) in detail:
            super().__init__(detail, str(faults[0].get("hint") or ""))
        else:
            super().__init__(detail, faults=faults)
        self.status = answer.status_code


def _problem(answer: httpx.Response) -> dict[str, Any]:
    """What the answer says; nothing if a proxy made it, not the engine."""
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


class Unreachable(Trouble):
    """No answer came."""


class EngineClient:
    """The calls of the engine's interface that the commands need."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        try:
            host = urlsplit(self.url).hostname or ""
            # A proxy named in the environment would look for the loopback address on
            # its own machine.
            use_proxies = host not in LOOPBACK_HOSTS
            self._http = httpx.Client(
                base_url=self.url, timeout=TIMEOUT, trust_env=use_proxies
            )
        except (ValueError, httpx.InvalidURL) as error:
            raise self._bad_address(error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, **query: Any) -> Any:
        """The JSON at a path; parameters that are None are left out."""
        params = {name: value for name, value in query.items() if value is not None}
        return self.send("GET", path, params=params).json()

    def post(self, path: str, **body: Any) -> Any:
        """The JSON that answers a body (`json`, `files` … as httpx has them)."""
        return self.send("POST", path, **body).json()

    def start(self, route: str, **body: Any) -> str:
        """Start a task; its id."""
        started = self.post(f"/services/{segment(route)}", **body)
        return str(started["jobId"])

    @contextmanager
    def stream(self, path: str, **headers: str) -> Iterator[httpx.Response]:
        """An answer that is read while it comes."""
        with (
            self._raising_trouble(),
            self._http.stream("GET", path, headers=headers) as answer,
        ):
            if answer.is_error:
                # The detail of the problem is in the body, which has not come yet.
                answer.read()
                raise Refused(answer)

            yield answer

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """The answer; raises `Refused` if it is an error."""
        with self._raising_trouble():
            answer = self._http.request(method, path, **options)

        if answer.is_error:
            raise Refused(answer)
        return answer

    @contextmanager
    def _raising_trouble(self) -> Iterator[None]:
        """Turn errors of the connection into `Trouble`."""
        try:
            yield
        except httpx.UnsupportedProtocol as error:
            raise self._bad_address(error) from None
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise Unreachable(
                f"no engine answers at {self.url}",
                "start one with “marketplace up”, or give its address: "
                "--engine URL or ENGINE_URL",
            ) from None
        except httpx.TransportError as error:
            reason = str(error) or type(error).__name__
            raise Unreachable(
                f"the connection to {self.url} broke: {reason}", "try again"
            ) from None

    def _bad_address(self, error: Exception) -> Trouble:
        return Trouble(
            f"“{self.url}” is not the address of an engine: {error}",
            f"write it like {ENGINE_URL}",
        )
