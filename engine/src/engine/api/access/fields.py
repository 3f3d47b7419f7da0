"""Bodies of accounts: objects of few fields, of which nothing is ever repeated."""

from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from engine.api.body.receiving import read_json
from engine.api.limits import ApiLimits
from engine.domain.errors import Fault, InvalidInput, TooMuch, Unreadable
from engine.domain.values import Json

TYPES: dict[str, tuple[type, str]] = {
    "string": (str, "text"),
    "boolean": (bool, "true or false"),
    "integer": (int, "whole number"),
    "array": (list, "list of texts"),
}

MAX_ITEMS = 1_000
"""Of a list: more than any field takes. Each is looked at on the event loop."""

MAX_FORM_BYTES = 65_536
MAX_FORM_FIELDS = 20


async def read_fields(
    request: Request, limits: ApiLimits, schema: dict[str, Any]
) -> dict[str, Any]:
    """The fields of a body that fits a schema; raises `InvalidInput`.

    The error repeats nothing of the body: there may be a password in it.
    """
    try:
        body = await read_json(request, limits)
    except Unreadable:
        body = {}

    fields = schema["properties"]
    wanted = [name for name in fields if name in schema["required"] or name in body]
    found = [_fault(name, fields[name], body.get(name)) for name in wanted]
    faults = [fault for fault in found if fault is not None]
    if not body.keys() <= fields.keys():
        hint = f"the fields are {', '.join(fields)}"
        faults.append(
            Fault("unknown-field", "the body has a field that is not known", hint)
        )
    if faults:
        raise InvalidInput(faults)
    return body


async def read_form(request: Request) -> dict[str, str]:
    """The texts of a small form; none if it is no form. Raises `TooMuch`."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_FORM_BYTES:
            raise TooMuch("the form", MAX_FORM_BYTES)
    try:
        return dict(parse_qsl(body.decode("ascii"), max_num_fields=MAX_FORM_FIELDS))
    except ValueError:
        return {}


def _fault(name: str, schema: dict[str, Any], value: Json) -> Fault | None:
    if "enum" in schema:
        return _choice_fault(name, schema["enum"], value)

    kind, words = TYPES[schema["type"]]
    # True is a number to Python.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        return Fault(
            "wrong-type", f"is missing, or no {words}", f"send “{name}”", field=name
        )
    if isinstance(value, list):
        if len(value) > MAX_ITEMS:
            return Fault(
                "bad-value", f"has more than {MAX_ITEMS} items", "send less", field=name
            )
        faults = (_fault(name, schema["items"], item) for item in value)
        return next(filter(None, faults), None)
    return None


def _choice_fault(name: str, choices: list[str], value: Json) -> Fault | None:
    if value in choices:
        return None
    words = " or ".join(f"“{one}”" for one in choices)
    return Fault("bad-value", f"is not {words}", f"send {words}", field=name)
