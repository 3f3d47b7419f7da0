"""What a person wrote as `field=value` becomes the body that the route takes."""

import json
import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.cli.trouble import Trouble
from engine.domain.media_types import JSON, OCTET_STREAM
from engine.domain.protocol import TYPED_DATA_PART

WORD = re.compile(r"(?P<name>[^=]+?)(?P<raw>:?)=(?P<file>@?)(?P<value>.*)", re.DOTALL)
GRAMMAR = "write name=text, name=@file, name:=json or name:=@file.json"
MAX_SHOWN_CHARACTERS = 60


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
            raise Trouble(f"“{word}” is not a field", GRAMMAR)

        name = found["name"]
        value = found["value"]
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
        """The body for a route of this `body` and `bodyType`, as httpx takes it.

        An object as `shape` is an example of JSON; else it names parts.
        """
        if isinstance(shape, dict):
            yield {"json": self._json_body(shape)}
            return

        names = [shape] if isinstance(shape, str) else list(shape)
        with ExitStack() as open_files:
            parts: list[tuple[str, Any]] = []
            for name, path in self.files.items():
                content = open_files.enter_context(path.open("rb"))
                parts.append((name, (path.name, content, guessed_type(path))))
            yield {"files": [*parts, *self._typed_parts(names, types)]}

    def _json_body(self, example: Mapping[str, Any]) -> dict[str, Any]:
        texts = dict(self.texts)
        for name, path in self.files.items():
            texts[name] = path.read_text("utf-8")

        values = {
            name: like(example.get(name), name, text) for name, text in texts.items()
        }
        return values | self.typed

    def _typed_parts(self, names: Sequence[str], types: Any) -> list[tuple[str, Any]]:
        """Each typed value in the part of its name; others join one that is left."""
        values = self.texts | self.typed
        left = [name for name in names if name not in self.files | values]
        part_of_others = left[0] if left else TYPED_DATA_PART

        parts: dict[str, dict[str, Any]] = {}
        for name, value in values.items():
            part = name if name in names else part_of_others
            parts.setdefault(part, {})[name] = value

        # Typed fields may be left out where the service has defaults for them. The
        # engine knows by this part, though empty, that none was forgotten.
        if any(JSON in accepted for accepted in types):
            parts.setdefault(TYPED_DATA_PART, {})

        return [
            (name, (None, json.dumps(content), JSON)) for name, content in parts.items()
        ]


def like(example: Any, name: str, text: str) -> Any:
    """The value that a text means, where a value like the example is expected.

    >>> like(31, "age", "5"), like("Myself", "name", "5"), like(True, "x", "false")
    (5, '5', False)
    """
    if example is None or isinstance(example, str):
        return text
    return read_json(name, text)


def read_json(name: str, text: str) -> Any:
    """The value of a JSON text."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise Trouble(
            f"{name}: “{text[:MAX_SHOWN_CHARACTERS]}” is not JSON: {error}",
            "write a text as it is (name=text) or as JSON (name:='\"text\"')",
        ) from None


def guessed_type(path: Path) -> str:
    """The media type of a file, by its name."""
    known = mimetypes.guess_type(path.name, strict=False)[0]
    return known or OCTET_STREAM
