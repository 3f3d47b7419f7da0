"""Saves what a task gave: files under fitting names, the rest as JSON."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from engine.cli.client import EngineClient

NAME = re.compile(r"filename\*=UTF-8''([^;]+)")


@dataclass
class Saved:
    """Where the outputs of a task lie."""

    files: list[Path] = field(default_factory=list)
    values: Any = None
    """The outputs, the path of a file in its place."""
    listing: Path | None = None
    """The values as a file, if there is more to them than files."""


def save(client: EngineClient, task: str, folder: Path) -> Saved:
    """Fetch the outputs of a finished task into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    saved = Saved()
    place, only_files = f"/tasks/{task}/files/", True

    def fetched(value: Any) -> Any:
        nonlocal only_files
        match value:
            case dict():
                return {key: fetched(item) for key, item in value.items()}
            case list():
                return [fetched(item) for item in value]
            case str() if urlsplit(value).path.startswith(place):
                path = _download(client, urlsplit(value).path, folder, saved.files)
                saved.files.append(path)
                return str(path)
        only_files = False
        return value

    saved.values = fetched(client.get(f"/tasks/{task}"))
    if not only_files:
        saved.listing = folder / "outputs.json"
        text = json.dumps(saved.values, indent=2, ensure_ascii=False)
        saved.listing.write_text(text + "\n", "utf-8")
    return saved


def _download(
    client: EngineClient, address: str, folder: Path, taken: list[Path]
) -> Path:
    with client.stream(address) as answer:
        path = _free(folder / file_name(answer), taken)
        part = path.with_name(path.name + ".part")
        with part.open("wb") as file:
            for piece in answer.iter_bytes():
                file.write(piece)
        return part.replace(path)


def file_name(answer: httpx.Response) -> str:
    """The name the engine gives, with nothing in it that leads elsewhere.

    >>> said = {"content-disposition": "attachment; filename*=UTF-8''..%2Fa%20b.png"}
    >>> file_name(httpx.Response(200, headers=said))
    'a b.png'
    """
    found = NAME.search(answer.headers.get("content-disposition", ""))
    last = re.split(r"[\x00-\x1f\\/:]", unquote(found[1]) if found else "")[-1]
    return last.lstrip(".") or "output"


def _free(path: Path, taken: list[Path]) -> Path:
    number, wish = 2, path
    while path in taken:
        path, number = wish.with_stem(f"{wish.stem}-{number}"), number + 1
    return path
