"""What stores cannot do."""

from engine.domain.errors.faults import EngineError

WRITTEN_BY_NEWER = "a newer version of the engine wrote it: upgrade this one"


class Unavailable(EngineError):
    """A store or a pool cannot serve now; the same call may succeed later."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(what, reason)
        self.what = what
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.what} is not available: {self.reason}"


class StaleFrame(EngineError):
    """The frame was saved by someone else since it was read."""

    def __init__(self, path: str, revision: int) -> None:
        super().__init__(path, revision)
        self.path = path
        self.revision = revision

    def __str__(self) -> str:
        return f"frame {self.path} has moved on from revision {self.revision}"


class UnreadableDocument(EngineError):
    """What a store keeps of a frame cannot be read."""

    def __init__(self, reason: str, newer: bool = False) -> None:
        super().__init__(reason, newer)
        self.reason = reason
        self.newer = newer
        """A later version of the engine wrote it, in a form of its own."""

    def __str__(self) -> str:
        if self.newer:
            return WRITTEN_BY_NEWER
        return f"its stored document cannot be read: {self.reason}"


class NewerFrame(Unavailable):
    """A later version of the engine wrote the frame: that one can go on with it."""

    def __init__(self, path: str, reason: str = WRITTEN_BY_NEWER) -> None:
        super().__init__(path, reason)
