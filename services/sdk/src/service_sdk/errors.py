"""What can go wrong on purpose; each error is worded here, once."""

from dataclasses import dataclass
from pathlib import Path

from service_sdk.protocol import JSON, MULTIPART

MAX_QUOTED_CHARACTERS = 200
"""Of a host name or an address that somebody sent."""


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


class NotStarted(ServiceError):
    """Another app serves this one, and has not started it."""

    def __str__(self) -> str:
        return (
            "this service is mounted in another app that does not start it; mount it "
            'with service.mount_in(app, "/path")'
        )


class Stopping(ServiceError):
    """The service was told to stop, and should get no more work."""

    def __str__(self) -> str:
        return "this service was told to stop; it finishes the work that it has"


class BadResult(ServiceError):
    """An operation returned what no result can be."""

    def __init__(self, operation: str, place: str, reason: str) -> None:
        super().__init__(operation, place, reason)
        self.operation = operation
        self.place = place
        self.reason = reason

    def __str__(self) -> str:
        place = self.place[:MAX_QUOTED_CHARACTERS]
        return f"{self.operation} returned what cannot be sent: “{place}” {self.reason}"


class NotAsAnnounced(BadResult):
    """An operation returned something else than its annotation promises."""

    def __str__(self) -> str:
        place = self.place[:MAX_QUOTED_CHARACTERS]
        return (
            f"{self.operation} returned something else than it announces: "
            f"“{place}” {self.reason}"
        )


class JobTooLong(ServiceError):
    """A job took longer than it may; its process was killed."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return (
            f"the work took more than {self.seconds:g} s (JOB_SECONDS of this service) "
            "and was ended; send less at a time"
        )


class JobTooLarge(ServiceError):
    """A job took more memory than it may; its process was killed."""

    def __init__(self, megabytes: float) -> None:
        super().__init__(megabytes)
        self.megabytes = megabytes

    def __str__(self) -> str:
        return (
            f"the work took more than {self.megabytes:g} MB of memory (JOB_MEMORY_MB "
            "of this service) and was ended; send less at a time"
        )


class JobDied(ServiceError):
    """The process that did a job has ended; nobody told it to."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause

    def __str__(self) -> str:
        return f"a worker process died during this work ({self.cause})"


class CannotStart(ServiceError):
    """A function that loads ahead has failed: no work could be done."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the service cannot start: {self.reason}"


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


class UnknownHost(ServiceError):
    """The request names a host that this service does not answer under."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host[:MAX_QUOTED_CHARACTERS]

    def __str__(self) -> str:
        return (
            f"the service does not answer under the host name “{self.host}”: add it "
            "to ALLOWED_HOSTS"
        )


class RepeatedHeader(ServiceError):
    """A header that decides whether a request may pass is given twice."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"the header “{self.name}” is given twice"


class ForeignPage(ServiceError):
    """A page of another site wants to act here, through the browser of a user."""

    def __str__(self) -> str:
        return "pages of other sites may not give out work here"


class CallbackRefused(ServiceError):
    """The callback address is not that of the engine, and not a listed one."""

    def __init__(self, url: str, engine_url: str) -> None:
        super().__init__(url, engine_url)
        self.url = url[:MAX_QUOTED_CHARACTERS]
        self.engine_url = engine_url

    def __str__(self) -> str:
        if self.engine_url:
            known = f"not the callback of the engine at {self.engine_url} (ENGINE_URL)"
        else:
            known = "not known here: ENGINE_URL is not set"
        return (
            f"callback_url: {self.url} is {known}; to let results go there, add its "
            "host to CALLBACK_ADDRESSES of this service"
        )


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


class CallerUnknown(ServiceError):
    """It is not known for whom the work is, and the operation needs to know it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"it is not known for whom the work is: {self.reason}"
