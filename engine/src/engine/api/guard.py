"""Checks where every request comes from, makes answers safe to show, counts them."""

import time
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.api.limits import ApiLimits
from engine.api.metrics import Metrics
from engine.api.problems import Problem, refusal

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing; browsers do not show their answers to other sites."""
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Called by machines that know only the engine's IP address; they tell no secret."""
_SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)
_POLICY = b"content-security-policy"
# Answers are data. Those that a browser shall show as a page have their own policy.
_POLICY_OF_DATA = (_POLICY, b"default-src 'none'; frame-ancestors 'none'")
_CHECKED_HEADERS = frozenset({b"host", b"origin", b"sec-fetch-site"})
_OWN_SITE = (b"same-origin", b"none")
"""Values of Sec-Fetch-Site for the engine's own pages and for typed addresses."""


class Guard:
    """ASGI middleware that checks Host and Origin and adds security headers.

    A page of another site that is open in somebody's browser must not be able to act
    here: neither by a cross-site request, nor by a host name of its own that resolves
    to our address (DNS rebinding). Without accounts nothing else would stop it.
    """

    def __init__(self, app: ASGIApp, limits: ApiLimits, metrics: Metrics) -> None:
        self._app = app
        self._limits = limits
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        began = time.perf_counter()
        # Counted as 500 if it fails before it has begun to answer.
        status = 500

        async def send_safely(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _made_safe(message.get("headers", ()))
            await send(message)

        try:
            answer = self._refuse(scope) or self._app
            await answer(scope, receive, send_safely)
        finally:
            self._metrics.observe(scope, status, time.perf_counter() - began)

    def _refuse(self, scope: Scope) -> Problem | None:
        """The answer to a request that may not pass; None: it may."""
        found: dict[bytes, bytes] = {}
        # One loop over the headers: a dict of all would be made for every request.
        for name, value in scope["headers"]:
            if name not in _CHECKED_HEADERS:
                continue
            # A proxy may have looked at another one than we would (RFC 9112, 3.2).
            if name in found:
                return refusal(400, f"the header “{name.decode()}” is given twice")
            found[name] = value

        host = found.get(b"host", b"")
        origin = found.get(b"origin", b"")
        site = found.get(b"sec-fetch-site", b"")
        if not self._answers_under(host.decode("latin-1"), scope["path"]):
            return refusal(
                421,
                "the engine does not answer under the host name "
                f"“{host.decode('latin-1')[:100]}”: add it to ALLOWED_HOSTS",
            )
        # Only browsers send these headers.
        is_from_browser = origin or site
        if scope["method"] in SAFE_METHODS or not is_from_browser:
            return None
        if self._is_foreign(origin.decode("latin-1"), site, host.decode("latin-1")):
            return refusal(403, "pages of other sites may not change anything here")
        return None

    def _answers_under(self, host: str, path: str) -> bool:
        allowed = self._limits.allowed_hosts
        if "*" in allowed or path in PROBES:
            return True
        if host.lower() in allowed:
            return True
        name, _, port = host.rpartition(":")
        return port.isdecimal() and name.lower() in allowed

    def _is_foreign(self, origin: str, site: bytes, host: str) -> bool:
        """Whether a page of another site sends the request."""
        if not origin:
            return site not in _OWN_SITE
        if origin in self._limits.allowed_origins:
            return False
        return origin.partition("://")[2].lower() != host.lower()


def _made_safe(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, with those that protect who looks at it."""
    safe = list(headers)
    # A loop, as above: `any` would make a generator for every answer.
    for name, _ in safe:
        if name == _POLICY:
            break
    else:
        safe.append(_POLICY_OF_DATA)

    safe.extend(_SECURITY_HEADERS)
    return safe
