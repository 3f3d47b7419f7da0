"""The keys of a route's contract, in words for a terminal."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.cli.trouble import Trouble
from engine.domain.contracts.contract import Contract
from engine.domain.contracts.keywords import UNIONS, Schema, is_file, keyed, listed
from engine.domain.contracts.keywords import media_types as types_of_file
from engine.domain.contracts.words import short
from engine.domain.suggestions import REQUEST_STEPS, Suggestions

MAX_CHOICES = 8
"""Of the values that are shown of an `enum`."""

_LIMITS = (
    ("minimum", "at least {}"),
    ("exclusiveMinimum", "more than {}"),
    ("maximum", "at most {}"),
    ("exclusiveMaximum", "less than {}"),
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("minItems", "at least {} items"),
    ("maxItems", "at most {} items"),
    ("pattern", "of the form {}"),
)


@dataclass(frozen=True)
class KeyWords:
    """What is said of one key."""

    name: str
    kind: str
    is_required: bool
    details: str
    """Its default, its range, and what it is for."""


def key_words(schema: Schema) -> list[KeyWords]:
    """The keys of an object, in the order of its schema."""
    contract = Contract(schema)
    found: list[KeyWords] = []
    for name, inner in contract.properties.items():
        is_required = name in contract.required
        details = "; ".join(_details(inner))
        found.append(KeyWords(name, kind_of(inner, contract), is_required, details))
    return found


def kind_of(schema: Schema, contract: Contract, levels: int = 3) -> str:
    """The type of a value: `integer`, `list of file`, `text or null`."""
    resolved = contract.resolved(schema)
    if is_file(resolved):
        types = types_of_file(resolved)
        return f"file ({', '.join(types)})" if types else "file"
    if "enum" in resolved:
        choices = [short(one) for one in listed(resolved["enum"])]
        more = ["…"] if len(choices) > MAX_CHOICES else []
        return " | ".join(choices[:MAX_CHOICES] + more)

    unions = [keyed(one) for word in UNIONS for one in listed(resolved.get(word))]
    if unions and levels:
        kinds = [kind_of(one, contract, levels - 1) for one in unions]
        return " or ".join(dict.fromkeys(kinds))
    kind = resolved.get("type")
    if kind == "array" and levels:
        items = keyed(resolved.get("items"))
        inner = kind_of(items, contract, levels - 1) if items else "anything"
        return f"list of {inner}"
    names = [kind] if isinstance(kind, str) else [str(one) for one in listed(kind)]
    return (
        " or ".join("text" if one == "string" else one for one in names) or "anything"
    )


def _details(schema: Schema) -> Iterator[str]:
    if schema.get("description"):
        yield str(schema["description"]).rstrip(".")
    for keyword, words in _LIMITS:
        if keyword in schema:
            yield words.format(schema[keyword])
    if schema.get("default") is not None:
        yield f"default {json.dumps(schema['default'], ensure_ascii=False)}"
    if schema.get("deprecated"):
        yield "deprecated"


def words_of_options(contract: Contract, words: Sequence[str]) -> list[str]:
    """`--width 160 --image photo.jpg` as `field=value` words; those stay as they are.

    >>> width, on = {"type": "integer"}, {"type": "boolean"}
    >>> contract = Contract({"properties": {"width": width, "on": on}})
    >>> words_of_options(contract, ["--width", "160", "--no-on", "a=b"])
    ['width:=160', 'on:=false', 'a=b']
    """
    made: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if not word.startswith("--"):
            made.append(word)
            continue
        name, equals, value = word.removeprefix("--").partition("=")
        key, negated = _key(contract, name)
        if negated or (_is_flag(contract, key) and not equals and not _is_bool(left)):
            made.append(f"{key}:={'false' if negated else 'true'}")
            continue
        if not equals and not left:
            raise Trouble(f"“--{name}” needs a value", f"write --{name} VALUE")
        made.append(_word(contract, key, value if equals else left.pop(0)))
    return made


def _is_flag(contract: Contract, key: str) -> bool:
    return contract.properties.get(key, {}).get("type") == "boolean"


def _is_bool(left: Sequence[str]) -> bool:
    return bool(left) and left[0] in ("true", "false")


def _key(contract: Contract, name: str) -> tuple[str, bool]:
    """The key that an option means, and whether it says that it is false."""
    for key in (name, name.replace("-", "_")):
        if key in contract.properties or contract.list_field(key):
            return key, False
    positive = name.removeprefix("no-")
    for key in (positive, positive.replace("-", "_")):
        if positive != name and _is_flag(contract, key):
            return key, True

    keys = list(contract.properties)
    hint = Suggestions(REQUEST_STEPS).hint(name, keys)
    options = ", ".join(f"--{key}" for key in keys)
    raise Trouble(f"there is no option “--{name}”", hint or f"there are: {options}")


def _word(contract: Contract, key: str, value: str) -> str:
    if contract.takes_files(contract.list_field(key) or key):
        return f"{key}=@{value}"
    return f"{key}={value}" if contract.takes_text(key) else f"{key}:={value}"
