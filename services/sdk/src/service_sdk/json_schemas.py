"""JSON schemas of types, as the announcement of a service has them.

Pydantic makes them. Here is what it leaves out, for people and for other programs: the
words that authors write beside fields, and files.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import PydanticSerializationError

from service_sdk.docstrings import docs_of, docs_of_fields
from service_sdk.fields import File
from service_sdk.protocol import MAX_INTEGER

SCHEMA_REFERENCE = "#/components/schemas/{model}"
"""Where the OpenAPI document of the service keeps the models."""

OWN_REFERENCE = "#/$defs/{model}"
"""Where a schema by itself keeps them."""

Schema = dict[str, Any]

BINARY: Schema = {"type": "string", "format": "binary"}
"""What stands in a schema for a file."""

OF_NAMES = ("properties", "patternProperties", "$defs")
"""Under these a schema has names, not words of its own."""

OF_VALUES = ("default", "examples", "enum", "const")
"""Under these a schema has values."""

# The same engine for patterns as in most other languages: it needs no more time than
# the text is long, and so has no look-around.
PATTERNS = RegexOptions()


class Describing(GenerateJsonSchema):
    """Adds what authors say of fields; leaves out what JSON cannot hold."""

    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}

    def field_title_should_be_set(self, schema: Any) -> bool:
        """A title that only repeats the name tells nobody anything."""
        return False

    def encode_default(self, dft: Any) -> Any:
        """The default as JSON."""
        encoded = super().encode_default(dft)
        if not all(map(_is_speakable, _values_in(encoded))):
            raise PydanticSerializationError(f"{dft!r} cannot be written as JSON")
        return encoded

    def bytes_schema(self, schema: Any) -> JsonSchemaValue:
        """A text: what Pydantic says of it is said of files here."""
        made = super().bytes_schema(schema)
        if made.get("format") == BINARY["format"]:
            del made["format"]
        return made

    def dataclass_schema(self, schema: Any) -> JsonSchemaValue:
        """A dataclass, with what its author says."""
        return _described(super().dataclass_schema(schema), schema["cls"])

    def model_schema(self, schema: Any) -> JsonSchemaValue:
        """A model, with what its author says."""
        return _described(super().model_schema(schema), schema["cls"])

    def typed_dict_schema(self, schema: Any) -> JsonSchemaValue:
        """A TypedDict, with what its author says."""
        made = super().typed_dict_schema(schema)
        return _described(made, schema["cls"]) if "cls" in schema else made

    def is_instance_schema(self, schema: Any) -> JsonSchemaValue:
        """A file; other classes have no form in JSON."""
        cls = schema["cls"]
        if isinstance(cls, type) and issubclass(cls, File):
            return file_schema(cls)
        return super().is_instance_schema(schema)


class DescribingResults(Describing):
    """The schema of what comes out: everything that is there is told."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        """A field of a class is always in its JSON, whether it has a default or not."""
        if field["type"] == "typed-dict-field":
            return super().field_is_required(field, total)
        return not field.get("serialization_exclude")

    def dict_schema(self, schema: Any) -> JsonSchemaValue:
        """Keys are texts in JSON, whatever they are in Python."""
        made = super().dict_schema(schema)
        made.pop("propertyNames", None)
        return made

    def ser_schema(self, schema: Any) -> JsonSchemaValue | None:
        """A function that writes a value may give anything, unless it says what."""
        if schema["type"].startswith("function") and not schema.get("return_schema"):
            return {}
        return super().ser_schema(schema)

    def generate_inner(self, schema: Any) -> JsonSchemaValue:
        """A fraction becomes a number here; Pydantic would write it as a text."""
        made = super().generate_inner(schema)
        return {"type": "number"} if made.get("format") == "fraction" else made

    def _get_alias_name(self, field: Any, name: str) -> str:
        # Not for others to override, but the only place. Of a class that is no model
        # the fields have their own names in a result.
        if field["type"] in ("dataclass-field", "typed-dict-field"):
            return name
        return super()._get_alias_name(field, name)

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        """Nothing of a result is left out, so nothing takes its place."""
        return self.generate_inner(schema["schema"])

    def handle_invalid_for_json_schema(
        self, schema: Any, error_info: str
    ) -> JsonSchemaValue:
        """Of what has no schema nothing is told, such as an array of numpy."""
        return {}


def file_schema(kind: type[File]) -> Schema:
    """JSON schema of a file of this kind."""
    if not kind.media_types:
        return dict(BINARY)
    return {**BINARY, "contentMediaType": ", ".join(kind.media_types)}


def _described(schema: Schema, cls: type) -> Schema:
    """With the words for the class and its fields."""
    _remove_title(schema, cls.__name__)
    if schema.get("description") and docs_of(cls).of_names:
        schema["description"] = docs_of(cls).text

    properties = schema.get("properties", {})
    for name, text in docs_of_fields(cls).items():
        if name in properties:
            properties[name].setdefault("description", text)
    return schema


def _remove_title(schema: Schema, name: str) -> None:
    """Of a class and of a choice: it only repeats the name."""
    if schema.get("title") == name:
        del schema["title"]


def schema_of(adapter: TypeAdapter[Any], reference: str) -> Schema:
    """What the type takes; the names are those that JSON has."""
    return adapter.json_schema(
        by_alias=True, ref_template=reference, schema_generator=Describing
    )


def result_schema_of(adapter: TypeAdapter[Any]) -> Schema:
    """What a value of the type becomes, by itself."""
    made = adapter.json_schema(
        by_alias=True,
        ref_template=OWN_REFERENCE,
        schema_generator=DescribingResults,
        mode="serialization",
    )
    return tidy(made)


def with_references(schema: Any, place: str) -> Any:
    """The schema in which what refers to a definition leads to it in another place.

    >>> with_references({"items": {"$ref": "#/$defs/Box"}}, "#/components/schemas/")
    {'items': {'$ref': '#/components/schemas/Box'}}
    """
    match schema:
        case {"$ref": str(reference), **words}:
            return {"$ref": place + reference.rpartition("/")[2], **words}
        case dict():
            return {key: with_references(one, place) for key, one in schema.items()}
        case list():
            return [with_references(one, place) for one in schema]
    return schema


def tidy(schema: Schema) -> Schema:
    """The schema without what an engine would refuse: unfit defaults and patterns."""
    definitions = schema.get("$defs", {})
    for name, definition in definitions.items():
        _remove_title(definition, name)

    tidied: Schema = _tidy(schema, definitions)
    return tidied


def _tidy(schema: Any, definitions: Schema) -> Any:
    if isinstance(schema, list):
        return [_tidy(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema

    kept: Schema = {}
    for key, value in schema.items():
        if key in OF_NAMES:
            kept[key] = {
                name: _tidy(inner, definitions) for name, inner in value.items()
            }
        elif key in OF_VALUES:
            kept[key] = value
        elif key != "pattern" or _is_plain_pattern(value):
            kept[key] = _tidy(value, definitions)

    if "default" in kept and not _fits(kept, definitions):
        del kept["default"]
    return kept


def _is_plain_pattern(pattern: str) -> bool:
    try:
        Draft202012Validator({"pattern": pattern}, pattern_options=PATTERNS)
    except ValidationError:
        return False
    return True


def _fits(schema: Schema, definitions: Schema) -> bool:
    """Whether the default is a value of the schema."""
    whole = {**schema, "$defs": definitions}
    return Draft202012Validator(whole).is_valid(schema["default"])


def _is_speakable(value: object) -> bool:
    match value:
        case float():
            return math.isfinite(value)
        case int():
            return abs(value) <= MAX_INTEGER
    return True


def _values_in(value: object) -> Iterator[object]:
    yield value
    match value:
        case Mapping():
            inner: Iterable[object] = value.values()
        case list() | tuple():
            inner = value
        case _:
            return
    for item in inner:
        yield from _values_in(item)
