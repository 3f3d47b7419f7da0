"""The outputs of a task as an answer; the names and addresses of files among them."""

from collections.abc import Iterator
from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import Response

from engine.api.answers import Answer
from engine.api.forwarded import base_url
from engine.api.large_answers import LargeAnswers
from engine.domain.values import Blob, Json, Large, is_blob
from engine.usecases.call_time import beside
from engine.usecases.tasks import Tasks

UNNAMED = "output"


async def outputs_answer(
    tasks: Tasks, large: LargeAnswers, request: HTTPConnection, task: str
) -> Response:
    """The outputs of a finished task; raises `Unknown`, `NotFinished`."""
    files_url = f"{base_url(request)}tasks/{task}/files/"
    result = await tasks.result(task)
    if not isinstance(result, Large):
        return Answer(with_urls(await tasks.outputs_of(result), files_url))

    async def outputs() -> Json:
        # In a thread: there may be a hundred thousand values.
        found = await tasks.outputs_of(result)
        return await beside(with_urls, found, files_url)

    return large.answer(outputs)


def named_blobs(outputs: dict[str, Json]) -> dict[str, Blob]:
    """Every blob of the outputs under a name of its own: `result`, `zones.0.image`.

    >>> blob = {"$blob": "t/a", "type": "image/png", "size": 1}
    >>> list(named_blobs({"a.0": blob, "a": [blob]}))
    ['a.0', 'a.0~2']
    """
    named: dict[str, Blob] = {}
    # By wish, the next number to try: thousands of blobs may have the same wish.
    numbers: dict[str, int] = {}
    for path, blob in _blobs_in(outputs, ()):
        wish = ".".join(path)
        # In an address, “..” would lead to another folder.
        if not wish.strip("./"):
            wish = UNNAMED

        name = wish
        while name in named:
            number = numbers.get(wish, 2)
            name = f"{wish}~{number}"
            numbers[wish] = number + 1
        named[name] = blob
    return named


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
