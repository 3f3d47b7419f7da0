"""The engine as the HTTP interface sees it: what `bootstrap` hands to `create_app`."""

from typing import Protocol

from engine.ports import Inbox
from engine.usecases.pipelines import Pipelines
from engine.usecases.services import Services
from engine.usecases.tasks import Tasks


class Engine(Protocol):
    """The use cases, wired."""

    @property
    def tasks(self) -> Tasks: ...

    @property
    def pipelines(self) -> Pipelines: ...

    @property
    def services(self) -> Services: ...

    @property
    def inbox(self) -> Inbox: ...

    async def ready(self) -> dict[str, str]:
        """The reason by store for all that cannot be reached; empty: ready."""
