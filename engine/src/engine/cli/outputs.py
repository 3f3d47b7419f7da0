"""Saves the outputs of a task: files under fitting names, other values as JSON."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from engine.cli.client import EngineClient

VALUES_FILE = "outputs.json"
UNNAMED_FILE = "output"
FILE_NAME_PARAMETER = re.compile(r"filename\*=UTF-8''([^;]+)")


@dataclass
class Saved:
    """Where the outputs of a task are."""

    files: list[Path] = field(default_factory=list)
    values: Any = None
    """The outputs, with its path in the place of each file."""
    values_file: Path | None = None
    """The file with the values, if there are values other than files."""


def save(client: EngineClient, task: str, folder: Path) -> Saved:
    """Download the outputs of a finished task into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    download = _Download(client, task, folder)

    values = download.replace_files(client.get(f"/tasks/{task}"))
    saved = Saved(files=download.files, values=values)
    if download.found_other_values:
        saved.values_file = folder / VALUES_FILE
        text = json.dumps(values, indent=2, ensure_ascii=False)
        saved.values_file.write_text(text + "\n", "utf-8")
    return saved


class _Download:
    """Downloads the files among the outputs, and notes what else there is."""

    def __init__(self, client: EngineClient, task: str, folder: Path) -> None:
        self._client = client
        self._files_path = f"/tasks/{task}/files/"
        self._folder = folder
        self.files: list[Path] = []
        self.found_other_values = False

    def replace_files(self, value: Any) -> Any:
        """The value with its path in the place of each file, which is downloaded."""
        match value:
            case dict():
                return {key: self.replace_files(item) for key, item in value.items()}
            case list():
                return [self.replace_files(item) for item in value]
            case str() if urlsplit(value).path.startswith(self._files_path):
                path = self._download(urlsplit(value).path)
                self.files.append(path)
                return str(path)
        self.found_other_values = True
        return value

    def _download(self, address: str) -> Path:
        with self._client.stream(address) as answer:
            path = self._unused(self._folder / file_name(answer))

            # The file gets its name when it is whole: a broken connection leaves none
            # that looks like a result.
            unfinished = path.with_name(path.name + ".part")
            with unfinished.open("wb") as file:
                for piece in answer.iter_bytes():
                    file.write(piece)
            return unfinished.replace(path)

    def _unused(self, wish: Path) -> Path:
        """A path that no other file of these outputs has."""
        path = wish
        number = 2
        while path in self.files:
            path = wish.with_stem(f"{wish.stem}-{number}")
            number += 1
        return path


def file_name(answer: httpx.Response) -> str:
    """The file name that the engine gives, without anything that leads elsewhere.

    >>> headers = {"content-disposition": "attachment; filename*=UTF-8''..%2Fa%20b.png"}
    >>> file_name(httpx.Response(200, headers=headers))
    'a b.png'
    """
    disposition = answer.headers.get("content-disposition", "")
    found = FILE_NAME_PARAMETER.search(disposition)
    name = unquote(found[1]) if found else ""

    last_component = re.split(r"[\x00-\x1f\\/:]", name)[-1]
    printable = "".join(filter(str.isprintable, last_component))
    return printable.lstrip(".") or UNNAMED_FILE
