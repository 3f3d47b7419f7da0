"""What can go wrong on purpose; each error is worded here, once."""

from dataclasses import dataclass
from pathlib import Path

from service_sdk.protocol import JSON, MULTIPART


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
    """The input is wrong; sending it again does not help."""

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
    """The media type of a file is not one that its field accepts."""


class TryAgain(ServiceError):
    """The operation failed for a reason that may have passed at the next try."""


class Unavailable(ServiceError):
    """Something is missing that only the operator of the service can provide."""


class WeightsMissing(Unavailable):
    """The file of a model is not in its folder; the operator can put it there."""

    def __init__(self, path: Path, remedy: str) -> None:
        super().__init__(path, remedy)
        self.path = path
        self.remedy = remedy

    def __str__(self) -> str:
        return f"the weights {self.path.absolute()} are missing: {self.remedy}"


class Unwanted(ServiceError):
    """The task was cancelled, or another attempt has finished it."""

    def __str__(self) -> str:
        return "the result is not wanted any more"


class Malformed(ServiceError):
    """The body of the request does not have the form that its headers name."""


class WrongContentType(ServiceError):
    """The body is neither JSON nor multipart."""

    def __str__(self) -> str:
        return f"send {JSON} or {MULTIPART}"


class TooLarge(ServiceError):
    """The body is larger than this service accepts."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(limit_bytes)
        self.limit_bytes = limit_bytes

    def __str__(self) -> str:
        return f"the body is larger than {self.limit_bytes} bytes"


class QueueFull(ServiceError):
    """The queue has no room for more work now."""

    def __str__(self) -> str:
        return "too many requests are waiting; try again in a few seconds"


class UnknownTask(ServiceError):
    """There is no such task, or its result was erased."""

    def __str__(self) -> str:
        return "there is no such task, or its result has been erased"


class BadSetting(ServiceError):
    """An environment variable that cannot be read."""


class BadSignature(ServiceError):
    """A function that cannot be offered as an operation."""
