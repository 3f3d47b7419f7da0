"""What can go wrong, each with fields: nobody has to read a text to know it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx


class MarketplaceError(Exception):
    """The root of everything that this package raises on purpose."""


class Unreachable(MarketplaceError):
    """No answer came, however often it was tried."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url = url
        self.reason = reason

    @classmethod
    def because_of(cls, url: str, error: httpx.TransportError) -> "Unreachable":
        """The error for what httpx could not do."""
        return cls(url, str(error) or type(error).__name__)

    def __str__(self) -> str:
        return f"the engine at {self.url} cannot be reached: {self.reason}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request, where, and what to do about it."""

    code: str
    message: str
    hint: str = ""
    field: str | None = None
    node: str | None = None


class Problem(MarketplaceError):
    """The engine refused a request, and says why (RFC 9457)."""

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str,
        faults: Sequence[Fault] = (),
    ) -> None:
        super().__init__(status, kind, title, detail, faults)
        self.status = status
        """The HTTP status."""
        self.kind = kind
        """Stable, such as `not-found` or `invalid-input`; empty: no engine answered."""
        self.title = title
        self.detail = detail
        self.faults = tuple(faults)

    def __str__(self) -> str:
        hints = "; ".join(fault.hint for fault in self.faults if fault.hint)
        return f"{self.detail} ({hints})" if hints else self.detail


class TaskFailed(MarketplaceError):
    """A task ended without outputs: it failed, or was cancelled."""

    def __init__(
        self,
        task_id: str,
        route: str,
        message: str,
        node: str | None = None,
        code: str | None = None,
        cancelled: bool = False,
    ) -> None:
        super().__init__(task_id, route, message, node, code, cancelled)
        self.task_id = task_id
        self.route = route
        self.message = message
        self.node = node
        """The node that failed, if it was one."""
        self.code = code
        """Stable, such as `timeout` or `code-failed`, if the engine told it."""
        self.cancelled = cancelled

    def __str__(self) -> str:
        what = "was cancelled" if self.cancelled else f"failed: {self.message}"
        return f"task {self.task_id} of “{self.route}” {what}"


class TimedOut(MarketplaceError):
    """A task has not ended in time. It goes on: it can be waited for again."""

    def __init__(self, task_id: str, seconds: float) -> None:
        super().__init__(task_id, seconds)
        self.task_id = task_id
        self.seconds = seconds

    def __str__(self) -> str:
        return f"task {self.task_id} has not ended within {self.seconds:g} s"


NAMESPACE = "urn:marketplace:problem:"


def problem_of(answer: httpx.Response) -> Problem:
    """The problem that an answer is; it must have been read."""
    try:
        body = answer.json()
    except ValueError:
        body = {}
    told: dict[str, Any] = body if isinstance(body, dict) else {}

    detail = f"{answer.request.method} {answer.url.path} was answered with a problem"
    return Problem(
        status=answer.status_code,
        kind=str(told.get("type", "")).removeprefix(NAMESPACE),
        title=str(told.get("title", answer.reason_phrase)),
        detail=str(told.get("detail") or f"{detail}: {answer.status_code}"),
        faults=[
            _fault(one) for one in told.get("errors") or () if isinstance(one, dict)
        ],
    )


def checked(answer: httpx.Response) -> httpx.Response:
    """The answer, unless it is a problem: that is raised."""
    if answer.is_error:
        raise problem_of(answer)
    return answer


def _fault(told: dict[str, Any]) -> Fault:
    return Fault(
        code=str(told.get("code", "")),
        message=str(told.get("message", "")),
        hint=str(told.get("hint") or ""),
        field=told.get("field"),
        node=told.get("node"),
    )
