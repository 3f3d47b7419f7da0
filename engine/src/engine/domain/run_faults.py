"""Why a run has failed: a stable code, words for people, and the place to look at."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import asdict

from engine.domain.errors import (
    BadDirective,
    CodeFailed,
    EngineError,
    NoText,
    NotJoined,
    ReservedKey,
    TextTooLong,
    TooManyFrames,
    ValueTooDeep,
    ValueTooLarge,
)


class Cause(StrEnum):
    """The codes: programs and pipelines rely on them, so none ever changes."""

    TIMEOUT = "timeout"
    NOT_TAKEN = "not-taken"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    HTTP_ERROR = "http-error"
    BAD_ANSWER = "bad-answer"
    ADDRESS_REFUSED = "address-refused"
    NOT_SENT = "not-sent"
    NO_SECRET = "no-secret"  # nosec B105 # a code, no password
    SERVICE_FAILED = "service-failed"
    SERVICE_LOST = "service-lost"
    RESULT_REFUSED = "result-refused"
    CODE_FAILED = "code-failed"
    BAD_REFERENCE = "bad-reference"
    NO_TEXT = "no-text"
    NOT_JOINED = "not-joined"
    RESERVED_KEY = "reserved-key"
    NOT_A_LIST = "not-a-list"
    TOO_LARGE = "too-large"
    TOO_DEEP = "too-deep"
    TOO_MANY_ITEMS = "too-many-items"
    TOO_MANY_FRAMES = "too-many-frames"
    TOO_MANY_ROUNDS = "too-many-rounds"
    TOO_MUCH_CODE = "too-much-code"
    STUCK = "stuck"
    UNREADABLE = "unreadable"
    ENGINE_FAILED = "engine-failed"
    FAILED = "failed"
    """An older engine or another replica gave no code."""


HINTS: Mapping[Cause, str] = {
    Cause.TIMEOUT: "raise the node's `timeout`, or look at the log of the service",
    Cause.NOT_TAKEN: "start the service, or more instances of it",
    Cause.UNREACHABLE: "start what is called, or correct its address",
    Cause.REFUSED: "correct what the node sends: look at its input",
    Cause.HTTP_ERROR: "look at the log of what was called",
    Cause.BAD_ANSWER: "look at what was called: its answer cannot be a result",
    Cause.ADDRESS_REFUSED: "use another address, or ask the operator to allow this one",
    Cause.NOT_SENT: "correct the node's input",
    Cause.NO_SECRET: "an owner of the space can store it",
    Cause.SERVICE_FAILED: "look at the node's input and at the log of the service",
    Cause.SERVICE_LOST: "look at the log of the service: it crashed or was stopped",
    Cause.RESULT_REFUSED: "correct what the service returns",
    Cause.CODE_FAILED: "correct the code of this field",
    Cause.BAD_REFERENCE: "name a value that is there when the node starts",
    Cause.NO_TEXT: "give the file a key of its own in `input`",
    Cause.NOT_JOINED: "give the node an `input`",
    Cause.RESERVED_KEY: "use another key",
    Cause.NOT_A_LIST: "let `items` name a list",
    Cause.TOO_LARGE: "pass on less data, or as files",
    Cause.TOO_DEEP: "pass on data with fewer levels",
    Cause.TOO_MANY_ITEMS: "split the list over several tasks",
    Cause.TOO_MANY_FRAMES: "use fewer items, or fewer loops within each other",
    Cause.TOO_MANY_ROUNDS: "let the branch leave the cycle earlier",
    Cause.TOO_MUCH_CODE: "run less code in cycles, or move it into a service",
    Cause.STUCK: "let each path that is taken lead to the end",
    Cause.ENGINE_FAILED: "look at the log of the engine",
}
"""What to do about a failure, where its message does not say it."""


class RunFault(Struct, frozen=True, omit_defaults=True):
    """Why a run, or a frame, has failed. Stored: its fields are part of the frame."""

    code: str
    message: str
    field: str | None = None
    """The field of the node that is to blame, such as `input.image` or `after`."""
    hint: str = ""
    line: int | None = None
    """Of the code in that field."""

    @classmethod
    def of(
        cls,
        cause: str,
        message: str,
        *,
        field: str | None = None,
        line: int | None = None,
    ) -> "RunFault":
        """With the hint that belongs to its code, if there is one.

        The code may be unknown here: a later engine may have sent it.
        """
        hint = HINTS[Cause(cause)] if cause in _HINTED else ""
        return cls(cause, message, field, hint, line)

    def to_json(self) -> dict[str, str | int | None]:
        return asdict(self)

    def __str__(self) -> str:
        """What is shown to people; other messages than those of code say their place.

        >>> str(RunFault("code-failed", "KeyError: 'x'", "after", line=2))
        "after: line 2: KeyError: 'x'"
        """
        if self.code not in (Cause.CODE_FAILED, Cause.TOO_MUCH_CODE):
            return self.message

        field = f"{self.field}: " if self.field else ""
        line = f"line {self.line}: " if self.line else ""
        return f"{field}{line}{self.message}"


def fault_of(error: EngineError) -> RunFault:
    """The fault of what an author did wrong, found when a node ran."""
    match error:
        case CodeFailed():
            return RunFault.of(
                Cause.TOO_MUCH_CODE if error.too_often else Cause.CODE_FAILED,
                error.words,
                field=error.field or None,
                line=error.line,
            )
        case BadDirective():
            cause = _CAUSES.get(type(error), Cause.BAD_REFERENCE)
            return RunFault.of(cause, str(error), field=error.field or None)
        case _:
            return RunFault.of(_CAUSES.get(type(error), Cause.FAILED), str(error))


_HINTED = frozenset(map(str, HINTS))

_CAUSES: Mapping[type[EngineError], Cause] = {
    NoText: Cause.NO_TEXT,
    NotJoined: Cause.NOT_JOINED,
    ReservedKey: Cause.RESERVED_KEY,
    TextTooLong: Cause.TOO_LARGE,
    TooManyFrames: Cause.TOO_MANY_FRAMES,
    ValueTooDeep: Cause.TOO_DEEP,
    ValueTooLarge: Cause.TOO_LARGE,
}
