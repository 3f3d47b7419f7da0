"""The parts that a body may have, and what each of them brings."""

from engine.api.body.fits import refuse_part, refuse_text
from engine.api.body.multipart import Part
from engine.domain.entry_api import Api
from engine.domain.errors import Fault
from engine.domain.media_types import JSON
from engine.domain.values import Json


def is_typed(part: Part) -> bool:
    """Whether it is typed data, and no file."""
    return part.type is None or part.type == JSON


class AnyParts:
    """Parts of any name and type, each a value of its own: the result of a service."""

    def refuse(self, part: Part) -> Fault | None:
        """Why a part is not wanted, before it is read; None: it is."""
        return None

    def list_field(self, part: str) -> str | None:
        """The field whose list the file of a part joins, by the name of the part."""
        return None

    def is_json(self, part: Part) -> bool:
        """Whether typed data is JSON; else it is a text."""
        return part.type == JSON

    def keys_of(self, part: Part, value: Json) -> dict[str, Json]:
        """What typed data brings: the keys of an object, any other value as one."""
        return value if isinstance(value, dict) else {part.name: value}


class PartsOfRoute(AnyParts):
    """The parts that a route takes.

    A route whose contract has typed keys takes a part for each of them too, as forms
    send them. So an object may be the value of the key that its part is named after, as
    well as bring keys. And a form sends texts only: where none is wanted, it is JSON.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    def refuse(self, part: Part) -> Fault | None:
        if part.type is None:
            return refuse_text(self._api, part.name)
        return refuse_part(self._api, part.name, part.type)

    def list_field(self, part: str) -> str | None:
        return self._api.list_field(part)

    def is_json(self, part: Part) -> bool:
        contract = self._api.contract
        if part.type is None and contract and self._api.takes_part_of(part.name):
            return not contract.takes_text(part.name)
        return super().is_json(part)

    def keys_of(self, part: Part, value: Json) -> dict[str, Json]:
        contract = self._api.contract
        if contract is None or not self._api.takes_part_of(part.name):
            return super().keys_of(part, value)

        keys = value.keys() if isinstance(value, dict) else set()
        brings_keys = bool(keys) and keys <= contract.properties.keys()
        return value if brings_keys else {part.name: value}
