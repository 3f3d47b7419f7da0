"""Whether a value of one schema can be one of another, as far as types tell."""

from collections.abc import Iterator

from engine.domain.contracts.keywords import is_file, listed, media_types
from engine.domain.contracts.paths import Found, Known, alternatives
from engine.domain.contracts.words import FILE, TYPES
from engine.domain.media_types import JSON, OCTET_STREAM, accepts

_KINDS = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}
_FILE_KIND = "file"


def misfit(found: Found, wanted: Known) -> tuple[str, str] | None:
    """What a value is and what it must be, in words; None: it may fit."""
    if not found.choices or not found.certain:
        return None
    given = [one for choice in found.choices for one in alternatives(choice)]
    takers = list(alternatives(wanted))
    if any(_can_fit(one, taker) for one in given for taker in takers):
        return None
    return _words(given), _words(takers)


def _can_fit(given: Known, wanted: Known) -> bool:
    kinds = _kinds(given)
    taken = _kinds(wanted)
    if not kinds or not taken:
        return True

    # A file that may be JSON may be typed data, in both directions.
    if _FILE_KIND in kinds | taken and kinds != taken:
        files = given if _FILE_KIND in kinds else wanted
        return accepts(media_types(files.schema), JSON)
    if kinds == taken == {_FILE_KIND}:
        return _types_meet(media_types(given.schema), media_types(wanted.schema))

    if "number" in taken:
        taken.add("integer")
    if "number" in kinds:
        kinds.add("integer")
    return bool(kinds & taken)


def _types_meet(given: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    if not given or not wanted or OCTET_STREAM in given:
        return True
    either = (accepts(wanted, one) for one in given)
    other = (accepts(given, one) for one in wanted)
    return any(either) or any(other)


def _kinds(known: Known) -> set[str]:
    """The types that a value may have; none: any."""
    schema = known.schema
    if is_file(schema):
        return {_FILE_KIND}
    if "enum" in schema or "const" in schema:
        values = [*listed(schema.get("enum")), *_const(known)]
        return {_KINDS[type(value)] for value in values}
    kind = schema.get("type")
    return {kind} if isinstance(kind, str) else {str(one) for one in listed(kind)}


def _const(known: Known) -> Iterator[object]:
    if "const" in known.schema:
        yield known.schema["const"]


def _words(schemas: list[Known]) -> str:
    said: dict[str, None] = {}
    for one in schemas:
        for kind in sorted(_kinds(one)):
            types = ", ".join(media_types(one.schema))
            file = f"{FILE} of type {types}" if types else FILE
            said[TYPES.get(kind, file)] = None
    return " or ".join(said)
