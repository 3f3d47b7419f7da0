"""What a person wrote as `field=value` becomes the body that the route takes."""

import json
import mimetypes
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.cli.trouble import Trouble
from engine.domain.media_types import JSON, OCTET_STREAM

WORD = re.compile(r"(?P<name>[^=]+?)(?P<raw>:?)=(?P<file>@?)(?P<value>.*)", re.DOTALL)
GRAMMAR = "write name=text, name=@file, name:=json or name:=@file.json"


@dataclass
class Fields:
    """The fields as they were written, each under its name."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    typed: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, words: Sequence[str]) -> "Fields":
        """Sort what was written by its kind."""
        fields = cls()
        for word in words:
            fields._add(word)
        return fields

    def _add(self, word: str) -> None:
        found = WORD.fullmatch(word)
        if not found:
            raise Trouble(f"“{word}” is no field", GRAMMAR)
        name, value = found["name"], found["value"]
        path = Path(value).expanduser()
        if found["file"] and not path.is_file():
            raise Trouble(f"{name}: there is no file “{value}”", "check the path")
        if found["raw"]:
            text = path.read_text("utf-8") if found["file"] else value
            self.typed[name] = read_json(name, text)
        elif found["file"]:
            self.files[name] = path
        else:
            self.texts[name] = value

    @contextmanager
    def body(self, shape: Any, types: Any = ()) -> Iterator[dict[str, Any]]:
        """The request for a route of this `body` and `bodyType`, as httpx has it."""
        if isinstance(shape, dict):
            yield {"json": self._values(shape)}
            return
        names = [shape] if isinstance(shape, str) else list(shape)
        with ExitStack() as stack:
            files = [
                (name, (path.name, stack.enter_context(path.open("rb")), guessed(path)))
                for name, path in self.files.items()
            ]
            yield {"files": [*files, *self._typed_parts(names, types)]}

    def _values(self, shape: dict[str, Any]) -> dict[str, Any]:
        texts = self.texts | {
            name: path.read_text("utf-8") for name, path in self.files.items()
        }
        return {name: like(shape.get(name), name, texts[name]) for name in texts} | (
            self.typed
        )

    def _typed_parts(self, names: list[str], types: Any) -> list[tuple[str, Any]]:
        """Each typed value in the part of its name; others join one that is left.

        Typed fields that are not given may have defaults: the service knows.
        """
        typed = self.texts | self.typed
        left = [name for name in names if name not in self.files | typed]
        parts: dict[str, dict[str, Any]] = {}
        for name, value in typed.items():
            part = name if name in names else next(iter(left), "data")
            parts.setdefault(part, {})[name] = value
        if any(JSON in accepted for accepted in types):
            parts.setdefault("data", {})
        return [
            (name, (None, json.dumps(values), JSON)) for name, values in parts.items()
        ]


def like(example: Any, name: str, text: str) -> Any:
    """The value that a text means, where a value like the example is expected.

    >>> like(31, "age", "5"), like("Myself", "name", "5"), like(True, "x", "false")
    (5, '5', False)
    """
    if isinstance(example, str):
        return text
    return text if example is None else read_json(name, text)


def read_json(name: str, text: str) -> Any:
    """The value of a JSON text."""
    try:
        return json.loads(text)
    except ValueError as error:
        hint = "text is written as it is, or as JSON: name:='\"text\"'"
        raise Trouble(f"{name}: “{text[:60]}” is no JSON: {error}", hint) from None


def guessed(path: Path) -> str:
    """The media type of a file, by its name."""
    known = mimetypes.guess_type(path.name, strict=False)[0]
    return known or OCTET_STREAM
