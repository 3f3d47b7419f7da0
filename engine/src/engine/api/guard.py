"""The door: refuses what web pages of others could trick a browser into; counts."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.api.limits import ApiLimits
from engine.api.metrics import Metrics
from engine.api.problems import Problem, refusal

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked by machines that call us by address, and no secret."""
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)


class Guard:
    """ASGI middleware: Host and Origin are checked, answers get safe headers.

    There are no accounts yet, so a page of somebody else's, open in a browser on
    this machine, must not act here: neither by a cross-site request nor under a
    host name of its own that leads to our address (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, limits: ApiLimits, metrics: Metrics) -> None:
        self._app, self._limits, self._metrics = app, limits, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def send_safely(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        try:
            refused = self._refuse(scope)
            await (refused or self._app)(scope, receive, send_safely)
        finally:
            self._metrics.observe(scope, status, time.perf_counter() - began)

    def _refuse(self, scope: Scope) -> Problem | None:
        host = origin = site = b""
        for name, value in scope["headers"]:
            if name == b"host":
                host = value
            elif name == b"origin":
                origin = value
            elif name == b"sec-fetch-site":
                site = value
        if not self._known(host.decode("latin-1"), scope["path"]):
            detail = "the engine does not answer under this name: see ALLOWED_HOSTS"
            return refusal(421, detail)
        if scope["method"] in SAFE_METHODS or not (origin or site):
            return None
        if self._foreign(origin.decode("latin-1"), site, host.decode("latin-1")):
            return refusal(403, "pages of other sites may not change anything here")
        return None

    def _known(self, host: str, path: str) -> bool:
        allowed = self._limits.allowed_hosts
        if "*" in allowed or path in PROBES:
            return True
        name, _, port = host.rpartition(":")
        return host.lower() in allowed or (port.isdecimal() and name.lower() in allowed)

    def _foreign(self, origin: str, site: bytes, host: str) -> bool:
        if origin:
            same = origin.partition("://")[2].lower() == host.lower()
            return not same and origin not in self._limits.allowed_origins
        return site not in (b"same-origin", b"none")
