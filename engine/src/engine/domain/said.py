"""What another machine says about its failure: the words for people in its answer.

There is no rule that all follow. RFC 9457 has `detail` and `title`, FastAPI a list of
objects with `loc` and `msg`, OAuth `error_description`, others `message` or `error`, as
a text or as an object that has one of these in turn.
"""

import html
import re
from collections.abc import Iterator, Mapping

import orjson

from engine.domain.values import Json

WORDS = (
    "detail",
    "details",
    "message",
    "msg",
    "error_description",
    "error_message",
    "errormessage",
    "error",
    "title",
    "reason",
    "description",
)
"""Keys whose values are for people, the most telling first; `Message` is one too."""
OUTLINES = frozenset({"message", "msg", "error", "title"})
"""Keys whose words are short because the list under `errors` tells the rest."""
PLACES = ("loc", "field", "path", "param", "pointer")
"""Keys that tell which part of the request is meant."""

MAX_LEVELS = 5
MAX_ENTRIES = 10
"""Of each list: a request may have a fault for each of its values."""
MAX_CHARACTERS = 2_000
"""Of what is looked at in a text; whoever shows it cuts it shorter."""

_TITLE = re.compile(r"<title\b[^<>]*>([^<]*)</title", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")

_UNSEEN_BEGINS = re.compile(r"<(?:script|style|head)\b|<!--", re.IGNORECASE)
_UNSEEN_ENDS = {
    "<script": re.compile(r"</script\b[^<>]*>?", re.IGNORECASE),
    "<style": re.compile(r"</style\b[^<>]*>?", re.IGNORECASE),
    "<head": re.compile(r"</head\b[^<>]*>?", re.IGNORECASE),
    "<!--": re.compile(r"-->"),
}


def words_in(value: Json) -> str:
    """The words for people in JSON; empty: there are none.

    >>> words_in({"detail": [{"loc": ["body", "image"], "msg": "Field required"}]})
    'body.image: Field required'
    >>> words_in({"error": {"code": 7, "message": "no memory"}}), words_in({"code": 7})
    ('no memory', '')
    """
    return _words(value, MAX_LEVELS)


def words_or_json(value: Json) -> str:
    """The words for people in JSON; if there are none, all of it says at least more.

    >>> words_or_json({"code": 7})
    '{"code":7}'
    """
    if value is None or value in ({}, [], ""):
        return ""
    words = words_in(value)
    return words or orjson.dumps(value)[:MAX_CHARACTERS].decode(errors="ignore")


def words_of_markup(text: str) -> str:
    """The title of a page, or its text.

    >>> words_of_markup("<html><title>502 Bad Gateway</title><h1>nginx</h1></html>")
    '502 Bad Gateway'
    >>> words_of_markup("<Error><Message>No &lt;key&gt;</Message></Error>")
    'No <key>'
    """
    found = _TITLE.search(text)
    if found and found.group(1).strip():
        return html.unescape(found.group(1)).strip()
    visible = _TAG.sub(" ", " ".join(_seen(text)))
    return html.unescape(" ".join(visible.split()))


def _seen(text: str) -> Iterator[str]:
    """The pieces of a page between what no browser shows.

    One pattern for the whole would begin again at each opening that is never closed:
    the time would grow with the square of the page.
    """
    place = 0
    while True:
        begin = _UNSEEN_BEGINS.search(text, place)
        if begin is None:
            yield text[place:]
            return
        yield text[place : begin.start()]

        end = _UNSEEN_ENDS[begin[0].lower()].search(text, begin.end())
        if end is None:
            return
        place = end.end()


def _words(value: Json, levels: int) -> str:
    if not levels:
        return ""
    if isinstance(value, str):
        return value[:MAX_CHARACTERS].strip()
    if isinstance(value, list):
        return "; ".join(filter(None, _entries(value, levels)))[:MAX_CHARACTERS]
    if isinstance(value, dict):
        return _words_of_object(value, levels)
    return ""


def _entries(value: list[Json], levels: int) -> Iterator[str]:
    for item in value[:MAX_ENTRIES]:
        yield _words(item, levels - 1)
    if len(value) > MAX_ENTRIES:
        yield f"and {len(value) - MAX_ENTRIES} more"


def _words_of_object(value: Mapping[str, Json], levels: int) -> str:
    by_name = {key.lower(): item for key, item in value.items()}
    for key in WORDS:
        words = _words(by_name.get(key), levels - 1)
        if not words:
            continue

        more = _words(by_name.get("errors"), levels - 1) if key in OUTLINES else ""
        place = _place(by_name)
        return ": ".join(filter(None, (place, words, more)))
    return _words(by_name.get("errors"), levels - 1)


def _place(value: Mapping[str, Json]) -> str:
    for key in PLACES:
        found = value.get(key)
        if isinstance(found, str):
            return found[:MAX_CHARACTERS]
        if isinstance(found, list):
            steps = [
                step for step in found[:MAX_ENTRIES] if isinstance(step, str | int)
            ]
            return ".".join(map(str, steps))[:MAX_CHARACTERS]
    return ""
