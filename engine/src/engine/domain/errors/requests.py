"""What can be wrong with a request."""

from collections.abc import Sequence

from engine.domain.errors.directives import MAX_PLACE_CHARACTERS
from engine.domain.errors.faults import EngineError, Fault

MAX_UNKNOWN_CHARACTERS = 200
"""Of a name that is not there: it comes from a request, and answers and logs repeat it.
"""


class Unknown(EngineError):
    """Something that was asked for by name is not there."""

    def __init__(self, kind: str, name: str, hint: str = "") -> None:
        super().__init__(kind, name, hint)
        self.kind = kind
        self.name = name[:MAX_UNKNOWN_CHARACTERS]
        self.hint = hint

    def __str__(self) -> str:
        more = f": {self.hint}" if self.hint else ""
        return f"there is no {self.kind} “{self.name}”{more}"


class NoSecret(EngineError):
    """A request needs a secret that is not there, or cannot be opened."""

    def __init__(self, name: str, is_stored: bool = False) -> None:
        super().__init__(name, is_stored)
        self.name = name
        self.is_stored = is_stored

    def __str__(self) -> str:
        remedy = f"marketplace secrets set {self.name}"
        if self.is_stored:
            return (
                f"the secret “{self.name}” was stored under another SECRET: give that "
                f"one to the engine as SECRET_OLD, or store it again: {remedy}"
            )
        return f"there is no secret “{self.name}”: store it with {remedy}"


class InvalidInput(EngineError):
    """The data of a request does not fit the route; `faults` says all of it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(*faults)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "; ".join(map(str, self.faults))


def expect_valid(*faults: Fault | None) -> None:
    """Raises `InvalidInput` with all faults that there are."""
    found = [fault for fault in faults if fault is not None]
    if found:
        raise InvalidInput(found)


class UnfitResult(InvalidInput):
    """The result of a service is not what the service announces."""

    def __init__(self, route: str, faults: Sequence[Fault]) -> None:
        super().__init__(faults)
        self.route = route

    def __str__(self) -> str:
        return f"the result is not what “{self.route}” announces: {super().__str__()}"


class Unreadable(InvalidInput):
    """A body that cannot be read at all, so nothing can be said of its fields."""


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
    """A task may not make so many frames, for items or for tasks that it calls.

    `wanted` is what a loop asks for that begins, `made` what there was before it.
    """

    def __init__(self, limit: int, made: int = 0, wanted: int = 0) -> None:
        super().__init__(limit, made, wanted)
        self.limit = limit
        self.made = made
        self.wanted = wanted

    def __str__(self) -> str:
        remedy = "give it fewer items, or fewer loops and calls within each other"
        if self.wanted:
            return (
                f"the loop needs {self.wanted:,} frames. The task has made "
                f"{self.made:,} (items of loops and called tasks), and may make "
                f"{self.limit:,} in all (MAX_FRAMES): {remedy}"
            )
        return (
            f"the task has made {self.limit:,} frames (items of loops and called "
            f"tasks), and may make no more (MAX_FRAMES): {remedy}"
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


class AddressRefused(EngineError):
    """An outgoing address that the operator's rules do not allow."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url = url
        self.reason = reason

    def __str__(self) -> str:
        return f"the engine may not call {self.url}: {self.reason}"
