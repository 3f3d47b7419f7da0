"""One operation of a service: a function under its route."""

from collections.abc import Mapping
from dataclasses import dataclass

from service_sdk.signature import Signature

Announcement = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A function, its route, and what documents it."""

    route: str
    summary: str
    description: str
    signature: Signature

    part: str | None
    """The name that the author gave to the JSON part."""

    example: Mapping[str, object] | None
    """A body in JSON, of an operation that can do without files."""

    answer: Mapping[str, object] | None
    """A result in JSON."""

    max_seconds: float | None = None
    """How long one piece of work may take; None: as the settings say."""

    def announcement(self, address: str) -> Announcement:
        """What the engine is told of it."""
        api: dict[str, object] = {
            "route": self.route,
            "summary": self.summary,
            "description": self.description,
            "body": self.signature.body(self.example),
            "resultType": self.signature.result_types,
            "inputSchema": self.signature.contract(self.example),
        }
        if self.signature.output is not None:
            api["outputSchema"] = self.signature.output

        # With an example `body` is an object, and there are no fields to list.
        if self.signature.blobs and not self.example:
            api["bodyType"] = self.signature.body_type()
        if self.answer:
            api["output"] = self.answer

        return {"type": "service", "url": f"{address}/{self.route}", "api": api}
