"""A service: functions that become operations, and the app that serves them."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from starlette.applications import Starlette

from service_sdk.app import ServiceApp
from service_sdk.errors import BadSignature
from service_sdk.operation import Announcement, Operation
from service_sdk.running import run
from service_sdk.signature import read_signature

Function = TypeVar("Function", bound=Callable[..., object])


class Service:
    """Collects operations; `app` serves them."""

    def __init__(
        self, name: str, summary: str = "", *, app: Starlette | None = None
    ) -> None:
        """`app` is an app of FastAPI or Starlette that is served too.

        It gets every request that neither an operation nor a page of the service
        (`/docs`, `/openapi.json`, `/healthz`, `/readyz`, `/metrics`, `/tasks`)
        takes.
        """
        self.name = name
        self.app = ServiceApp(name=name, summary=summary, wrapped=app)

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The operations by route."""
        return self.app.operations

    def operation(
        self,
        route: str,
        *,
        summary: str = "",
        part: str | None = None,
        example: Mapping[str, object] | None = None,
        answer: Mapping[str, object] | None = None,
        max_seconds: float | None = None,
    ) -> Callable[[Function], Function]:
        """Offer the function under the route; its docstring documents it.

        `part` names the JSON part of an operation that also takes files,
        `example` is a body of one that can do without, `answer` a result in JSON.
        `max_seconds` takes the place of JOB_SECONDS, for an operation that waits for
        something and limits its time itself.
        """

        def offer(function: Function) -> Function:
            signature = read_signature(function, part)
            description = signature.docs.text
            first_line = description.partition("\n")[0]
            operation = Operation(
                route=route,
                summary=summary or first_line or route,
                description=description,
                signature=signature,
                part=part,
                example=example,
                answer=answer,
                max_seconds=max_seconds,
            )
            self.app.add_operation(operation)
            return function

        return offer

    def at_start(self, function: Function) -> Function:
        """Call this too, where the work is done, before the service is announced.

        It can load what work would have to wait for. With processes it is a function
        of a module, as operations are; each process calls it. If it fails, the service
        ends with its reason.
        """
        self.app.call_at_start(function)
        return function

    def mount_in(self, app: Starlette, path: str) -> None:
        """Serve the operations in another app, under a path such as `/vision`.

        Call it before that app starts; the service then starts and ends with it, and
        announces its operations under this path.
        """
        if not path.startswith("/") or path.endswith("/"):
            raise BadSignature(f"{path!r} is no path; write one such as /vision")
        app.mount(path, self.app)
        self.app.live_within(app, path)

    def announcements(self, address: str) -> list[Announcement]:
        """What the engine is told of this service."""
        return self.app.announcements(address)

    def run(self) -> None:
        """Serve until told to stop; settings come from the environment."""
        run(self.app)
