"""What can go wrong on purpose; each error is worded here, once."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one field of the input."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class ServiceError(Exception):
    """Everything that this package raises on purpose."""


class BadInput(ServiceError):
    """The input cannot be worked on, however often it is sent again."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults

    @classmethod
    def of(cls, field: str, message: str) -> "BadInput":
        """The usual case: one fault."""
        return cls(Fault(field, message))

    def __str__(self) -> str:
        return "; ".join(map(str, self.faults))


class WrongMediaType(BadInput):
    """A file came in a format that its field does not take."""


class TryAgain(ServiceError):
    """The operation failed for a reason that may be gone in a while."""


class Unavailable(ServiceError):
    """Something is missing that only whoever operates the service can provide."""


class WeightsMissing(Unavailable):
    """The file of a model is not in its folder; whoever operates can put it there."""

    def __init__(self, path: Path, remedy: str) -> None:
        super().__init__(path, remedy)
        self.path, self.remedy = path, remedy

    def __str__(self) -> str:
        return f"the weights {self.path.absolute()} are missing: {self.remedy}"


class Unwanted(ServiceError):
    """The task was cancelled, or is done by another attempt."""

    def __str__(self) -> str:
        return "nobody waits for the result any more"


class Malformed(ServiceError):
    """The body of the request is not what its headers say."""


class WrongContentType(ServiceError):
    """The body is neither JSON nor multipart."""

    def __str__(self) -> str:
        return "send application/json or multipart/form-data"


class TooLarge(ServiceError):
    """The body is larger than this service takes."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return f"the body is larger than {self.limit} bytes"


class QueueFull(ServiceError):
    """No more work can wait here for now."""

    def __str__(self) -> str:
        return "too much work is waiting; try again in a few seconds"


class UnknownTask(ServiceError):
    """No such task, or its result was erased."""

    def __str__(self) -> str:
        return "no such task, or its result has been erased"


class BadSetting(ServiceError):
    """An environment variable that cannot be read."""


class BadSignature(ServiceError):
    """A function that cannot be offered as an operation."""
