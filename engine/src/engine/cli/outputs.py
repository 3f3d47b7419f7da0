"""Saves the outputs of a task: files under fitting names, other values as JSON."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marketplace_client.saving import appearing, file_name
from marketplace_client.talk import file_path

from engine.cli.client import EngineClient
from engine.cli.screen import Screen
from engine.cli.trouble import Trouble
from engine.program import command

VALUES_FILE = "outputs.json"
MAX_OLDER_FILES = 5
"""How many older files in the folder a message names."""


@dataclass
class Saved:
    """Where the outputs of a task are."""

    files: list[Path] = field(default_factory=list)
    values: Any = None
    """The outputs, with its path in the place of each file."""
    values_file: Path | None = None
    """The file with the values, if there are values other than files."""
    older: list[Path] = field(default_factory=list)
    """What was in the folder before, and is still there."""


def save(client: EngineClient, task: str, folder: Path) -> Saved:
    """Download the outputs of a finished task into a folder."""
    try:
        return _save(client, task, folder)
    except OSError as error:
        raise Trouble(
            f"{error.filename or folder} cannot be written: {error.strerror}",
            "choose another folder with -o; the outputs stay with the task: "
            f"{command('show', task, engine=client.url)}",
        ) from None


def _save(client: EngineClient, task: str, folder: Path) -> Saved:
    folder.mkdir(parents=True, exist_ok=True)
    before = set(folder.iterdir())
    download = _Download(client, task, folder)

    values = download.replace_files(client.get(f"/tasks/{task}"))
    saved = Saved(files=download.files, values=values)
    if download.found_other_values:
        saved.values_file = folder / VALUES_FILE
        text = json.dumps(values, indent=2, ensure_ascii=False)
        saved.values_file.write_text(text + "\n", "utf-8")

    new = {*saved.files, saved.values_file}
    saved.older = sorted(path for path in before - new if path.is_file())
    return saved


def show_saved(saved: Saved, folder: Path, screen: Screen) -> None:
    """Say where the outputs of a task are, and what else is there."""
    for path in saved.files:
        screen.print(str(path), highlight=False)
    if saved.values_file:
        screen.print_json(data=saved.values)
        screen.print("saved as", style="dim", end=" ")
        screen.print(str(saved.values_file), highlight=False)
    if saved.older:
        names = ", ".join(path.name for path in saved.older[:MAX_OLDER_FILES])
        more = ", …" if len(saved.older) > MAX_OLDER_FILES else ""
        words = f"{folder} also holds files that were there before: {names}{more}"
        screen.print(words, style="dim", highlight=False)


class _Download:
    """Downloads the files among the outputs, and notes what else there is."""

    def __init__(self, client: EngineClient, task: str, folder: Path) -> None:
        self._client = client
        self._task = task
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
            case str():
                address = file_path(value, self._task)
                if address is not None:
                    path = self._download(address)
                    self.files.append(path)
                    return str(path)
        self.found_other_values = True
        return value

    def _download(self, address: str) -> Path:
        with self._client.stream(address) as answer:
            path = self._unused(self._folder / file_name(answer))
            with appearing(path) as file:
                for piece in answer.iter_bytes():
                    file.write(piece)
        return path

    def _unused(self, wish: Path) -> Path:
        """A path that no other file of these outputs has."""
        path = wish
        number = 2
        while path in self.files or path.name == VALUES_FILE:
            path = wish.with_stem(f"{wish.stem}-{number}")
            number += 1
        return path
