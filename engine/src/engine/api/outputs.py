"""The files among the outputs of a task: their names and their addresses."""

from collections.abc import Iterator
from urllib.parse import quote

from engine.domain.values import Blob, Json, is_blob

UNNAMED = "output"


def named_blobs(outputs: dict[str, Json]) -> dict[str, Blob]:
    """Every blob of the outputs under a name of its own: `result`, `zones.0.image`.

    >>> blob = {"$blob": "t/a", "type": "image/png", "size": 1}
    >>> list(named_blobs({"a.0": blob, "a": [blob]}))
    ['a.0', 'a.0~2']
    """
    named: dict[str, Blob] = {}
    for path, blob in _blobs_in(outputs, ()):
        name = _unused_name(".".join(path), named)
        named[name] = blob
    return named


def _unused_name(wish: str, taken: dict[str, Blob]) -> str:
    # In an address, “..” would lead to another folder.
    if not wish.strip("./"):
        wish = UNNAMED

    name = wish
    number = 2
    while name in taken:
        name = f"{wish}~{number}"
        number += 1
    return name


def with_urls(outputs: dict[str, Json], base_url: str) -> Json:
    """The outputs, with the address of its content in the place of every blob."""
    # The names are in the order in which `_replace_blobs` meets the blobs.
    urls = (base_url + quote(name, safe="") for name in named_blobs(outputs))
    return _replace_blobs(outputs, urls)


def _blobs_in(
    value: Json, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Blob]]:
    """Every blob, with the keys and indexes that lead to it."""
    if is_blob(value):
        yield path, Blob.from_json(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _blobs_in(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _blobs_in(item, (*path, str(index)))


def _replace_blobs(value: Json, urls: Iterator[str]) -> Json:
    if is_blob(value):
        return next(urls)
    if isinstance(value, dict):
        return {key: _replace_blobs(item, urls) for key, item in value.items()}
    if isinstance(value, list):
        return [_replace_blobs(item, urls) for item in value]
    return value
