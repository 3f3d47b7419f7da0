"""What a task does not allow now."""

from engine.domain.errors.faults import EngineError


class NotFinished(EngineError):
    """The outputs of a task were asked for before there are any."""

    def __init__(self, task: str, status: str, message: str | None = None) -> None:
        super().__init__(task, status, message)
        self.task = task
        self.status = status
        self.message = message

    def __str__(self) -> str:
        reason = f": {self.message}" if self.message else ""
        return f"task {self.task} has no outputs, its status is {self.status}{reason}"


class StillRunning(EngineError):
    """A task cannot be continued by another one before it has ended."""

    def __init__(self, task: str) -> None:
        super().__init__(task)
        self.task = task

    def __str__(self) -> str:
        return f"task {self.task} is still running: wait for its end, or cancel it"


class OutdatedAttempt(EngineError):
    """A result came for an attempt that is over, or whose result was taken."""

    def __str__(self) -> str:
        return "this attempt is outdated: its result is not awaited any more"
