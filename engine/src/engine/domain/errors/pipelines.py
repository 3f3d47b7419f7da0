"""Why a pipeline cannot be stored."""

from collections.abc import Sequence

from engine.domain.errors.faults import EngineError, Fault


class InvalidPipeline(EngineError):
    """A pipeline that cannot be stored; `faults` says all that is wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(*faults)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        first, *others = self.faults
        more = f" (and {len(others)} more)" if others else ""
        return f"{first}{more}"


class RouteTaken(EngineError):
    """The route belongs to something of another kind."""

    def __init__(self, route: str, owner: str) -> None:
        super().__init__(route, owner)
        self.route = route
        self.owner = owner

    def __str__(self) -> str:
        remedy = f"choose another route, or remove that {self.owner}"
        return f"the route “{self.route}” belongs to a {self.owner}: {remedy}"


class NotReplaced(EngineError):
    """People published another version of a pipeline that is in the folder."""

    def __init__(self, route: str) -> None:
        super().__init__(route)
        self.route = route

    def __str__(self) -> str:
        return f"the route “{self.route}” was published by others than the folder"


class VersionMoved(EngineError):
    """Another version is current than the one that a change was made from."""

    def __init__(self, route: str, current: str | None) -> None:
        super().__init__(route, current)
        self.route = route
        self.current = current

    def __str__(self) -> str:
        if self.current is None:
            return f"the route “{self.route}” is not there any more: publish it anew"
        return (
            f"the current version of “{self.route}” is {self.current}, not the one "
            "that was expected: read it, and make the change from there"
        )


class VersionInUse(EngineError):
    """A version cannot be erased: it is current, or tasks need it."""

    def __init__(self, route: str, version: str, reason: str) -> None:
        super().__init__(route, version, reason)
        self.route = route
        self.version = version
        self.reason = reason

    def __str__(self) -> str:
        return f"version {self.version} of “{self.route}” is needed: {self.reason}"
