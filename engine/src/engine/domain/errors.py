"""What can go wrong on purpose. Knows no HTTP; each error is worded once, here."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, asdict, dataclass

MAX_PLACE_CHARACTERS = 200
"""Of the way to a value, in a message: keys may be as long as a body."""

WRITTEN_BY_NEWER = "a newer version of the engine wrote it: upgrade this one"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where, and what to do about it."""

    code: str
    message: str
    hint: str = ""
    _: KW_ONLY
    node: str | None = None
    field: str | None = None

    def to_json(self) -> dict[str, str | None]:
        return asdict(self)

    def __str__(self) -> str:
        place = ".".join(filter(None, (self.node, self.field)))
        return f"{place}: {self.message}" if place else self.message


class EngineError(Exception):
    """The root of everything the engine raises on purpose."""

    faults: tuple[Fault, ...] = ()


class Unknown(EngineError):
    """Something that was asked for by name is not there."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(kind, name)
        self.kind = kind
        self.name = name

    def __str__(self) -> str:
        return f"there is no {self.kind} “{self.name}”"


class InvalidPipeline(EngineError):
    """A pipeline that cannot be stored; `faults` says all that is wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(*faults)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        first, *others = self.faults
        more = f" (and {len(others)} more)" if others else ""
        return f"{first}{more}"


class InvalidInput(EngineError):
    """The data of a request does not fit the route; `faults` says all of it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(*faults)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "; ".join(map(str, self.faults))


class UnsupportedMedia(InvalidInput):
    """A field's media type is none of those that the route accepts."""


class TooMuch(EngineError):
    """A limit of size or number was passed; nothing was kept."""

    def __init__(
        self, what: str, limit: int, unit: str = "bytes", setting: str = ""
    ) -> None:
        super().__init__(what, limit, unit, setting)
        self.what = what
        self.limit = limit
        self.unit = unit
        self.setting = setting
        """The environment variable by which an operator changes the limit, if any."""

    def __str__(self) -> str:
        setting = f" ({self.setting})" if self.setting else ""
        return f"{self.what} is over the limit of {self.limit} {self.unit}{setting}"


class TooManyFrames(EngineError):
    """A task may make no more frames, neither for items nor for tasks it calls."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return (
            f"the task has made {self.limit:,} frames (items of loops and called "
            "tasks), and may make no more (MAX_FRAMES): give it fewer items, or fewer "
            "loops and calls within each other"
        )


class NoRoom(EngineError):
    """There are as many of something as the engine keeps."""

    def __init__(self, what: str, limit: int, setting: str, remedy: str) -> None:
        super().__init__(what, limit, setting, remedy)
        self.what = what
        self.limit = limit
        self.setting = setting
        self.remedy = remedy

    def __str__(self) -> str:
        there_are = f"there are {self.limit} {self.what} already"
        return f"{there_are}, the limit ({self.setting}): {self.remedy}"


class ReservedKey(EngineError):
    """Data has a key that only the engine itself writes."""

    def __init__(self, key: str, place: str) -> None:
        super().__init__(key, place)
        self.key = key
        self.place = place[:MAX_PLACE_CHARACTERS]

        fault = Fault(
            code="reserved-key",
            message=f"the key “{key}” is reserved for the engine",
            hint="use another key; send a file as a part of a multipart body",
            field=self.place,
        )
        self.faults = (fault,)

    def __str__(self) -> str:
        fault = self.faults[0]
        return f"“{self.place}”: {fault.message}: {fault.hint}"


class NotJoined(EngineError):
    """The output of a node has no keys that could stand beside those of others."""

    def __init__(self, node: str, what: str) -> None:
        super().__init__(node, what)
        self.node = node
        self.what = what

    def __str__(self) -> str:
        return (
            f"the output of {self.node} is {self.what}, not an object with keys, and "
            "cannot be joined with others: give it a key of its own, with `input`"
        )


class RouteTaken(EngineError):
    """The route belongs to something of another kind."""

    def __init__(self, route: str, owner: str) -> None:
        super().__init__(route, owner)
        self.route = route
        self.owner = owner

    def __str__(self) -> str:
        remedy = f"choose another route, or remove that {self.owner}"
        return f"the route “{self.route}” belongs to a {self.owner}: {remedy}"


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


class OutdatedAttempt(EngineError):
    """A result came for an attempt that is over, or whose result was taken."""

    def __str__(self) -> str:
        return "this attempt is outdated: its result is not awaited any more"


class AddressRefused(EngineError):
    """An outgoing address that the operator's rules do not allow."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url = url
        self.reason = reason

    def __str__(self) -> str:
        return f"the engine may not call {self.url}: {self.reason}"


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


class BadReference(EngineError):
    """A reference that cannot be read."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(text, reason)
        self.text = text
        self.reason = reason

    def __str__(self) -> str:
        return f"the reference “{self.text}” cannot be read: {self.reason}"


class UnresolvedReference(EngineError):
    """A reference leads nowhere: what is missing, in what, and what is there."""

    def __init__(self, text: str, missing: str, inside: str, known: str = "") -> None:
        super().__init__(text, missing, inside, known)
        self.text = text
        self.missing = missing
        self.inside = inside
        self.known = known

    def __str__(self) -> str:
        known = f" ({self.known})" if self.known else ""
        place = f"no “{self.missing}” in {self.inside}{known}"
        return f"“{self.text}” leads nowhere: {place}"


class CodeFailed(EngineError):
    """An author's code raised an error, or went beyond its limits."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message, line)
        self.message = message
        self.line = line

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message


class ValueTooLarge(EngineError):
    """A value that a node made is over a limit of size."""

    def __init__(self, what: str, bytes: int, limit: int, setting: str) -> None:
        super().__init__(what, bytes, limit, setting)
        self.what = what
        self.bytes = bytes
        self.limit = limit
        self.setting = setting

    def __str__(self) -> str:
        # A value made of others may have a size of a hundred digits.
        shown = min(self.bytes, 10**15)
        return (
            f"{self.what} would take at least {shown} bytes, but the limit is "
            f"{self.limit} ({self.setting}): pass on less data, or as files"
        )


class ValueTooDeep(EngineError):
    """A value has too many objects and lists within each other."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return (
            f"a value in it has more than {self.limit} objects and lists within each "
            "other, which is the limit"
        )


class IllegalChange(EngineError):
    """A run may not go from one status to the other: a mistake of the engine."""

    def __init__(self, before: str, after: str) -> None:
        super().__init__(before, after)
        self.before = before
        self.after = after

    def __str__(self) -> str:
        return f"a run cannot go from {self.before} to {self.after}"
