"""What a person wrote as `field=value` becomes the body that the route takes."""

import json
import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.api.limits import ApiLimits
from engine.cli.trouble import Trouble
from engine.domain.contracts.contract import Contract
from engine.domain.errors import EngineError
from engine.domain.media_types import JSON, OCTET_STREAM
from engine.domain.protocol import TYPED_DATA_PART
from engine.domain.strict_json import parse

WORD = re.compile(r"(?P<name>[^=]+?)(?P<raw>:?)=(?P<file>@?)(?P<value>.*)", re.DOTALL)
GRAMMAR = "write name=text, name=@file, name:=json or name:=@file.json"
MAX_SHOWN_CHARACTERS = 60


@dataclass
class Fields:
    """The fields as they were written, each under its name."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[Path]] = field(default_factory=dict)
    """Several under one name are a list."""
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
            self.files.setdefault(name, []).append(path)
        else:
            self.texts[name] = value

    def read_texts(self, contract: Contract) -> None:
        """Read as JSON the texts of keys that take no text, such as `width=160`."""
        for name in list(self.texts):
            is_typed = name in contract.typed_keys and not contract.takes_text(name)
            if is_typed:
                self.typed[name] = read_json(name, self.texts.pop(name))

    @contextmanager
    def body(self, shape: Any, types: Any = ()) -> Iterator[dict[str, Any]]:
        """The body for a route of this `body` and `bodyType`, as httpx takes it.

        An object as `shape` is an example of JSON; else it names parts.
        """
        if isinstance(shape, dict):
            yield {"json": self._json_body(shape)}
            return

        names = [shape] if isinstance(shape, str) else list(shape)
        self._expect_files(names, types)
        with ExitStack() as open_files:
            parts: list[tuple[str, Any]] = []
            for name, paths in self.files.items():
                for path in paths:
                    content = open_files.enter_context(path.open("rb"))
                    parts.append((name, (path.name, content, guessed_type(path))))
            yield {"files": [*parts, *self._typed_parts(names, types)]}

    def _expect_files(self, names: Sequence[str], types: Any) -> None:
        """Raises `Trouble` for a text where a file belongs: its “@” was forgotten."""
        for at, name in enumerate(names):
            value = self.texts.get(name)
            if value is None:
                continue

            accepted = types[at] if at < len(types) else ()
            takes_json = not accepted or JSON in accepted
            is_file = bool(value) and Path(value).expanduser().is_file()
            if is_file or not takes_json:
                wish = value if is_file else "PATH"
                raise Trouble(
                    f"“{name}” takes a file, and “{name}={value}” is a text",
                    f"did you forget the “@”? Write {name}=@{wish}",
                )

    def _json_body(self, example: Mapping[str, Any]) -> dict[str, Any]:
        texts = dict(self.texts)
        for name, paths in self.files.items():
            texts[name] = paths[-1].read_text("utf-8")

        values = {
            name: like(example.get(name), name, text) for name, text in texts.items()
        }
        return values | self.typed

    def _typed_parts(self, names: Sequence[str], types: Any) -> list[tuple[str, Any]]:
        """Each typed value in the part of its name; others join one that is left.

        Where fields list their types, one that lists no JSON is a file, perhaps one
        that may be left out.
        """
        values = self.texts | self.typed
        of_json = [
            name
            for name, accepted in zip(names, types, strict=False)
            if JSON in accepted
        ]
        open_to = of_json if types else names
        left = [name for name in open_to if name not in self.files | values]
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
    """The value of a JSON text, read as the engine reads it."""
    try:
        return parse(text.encode(errors="surrogateescape"), ApiLimits())
    except EngineError as error:
        raise Trouble(
            f"{name}: “{text[:MAX_SHOWN_CHARACTERS]}” is not JSON: {error}",
            "write a text as it is (name=text) or as JSON (name:='\"text\"')",
        ) from None


def guessed_type(path: Path) -> str:
    """The media type of a file, by its name."""
    known = mimetypes.guess_type(path.name, strict=False)[0]
    return known or OCTET_STREAM
