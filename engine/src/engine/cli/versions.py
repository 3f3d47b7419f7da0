"""Which version a person means, and what one has other than another."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.cli.client import EngineClient, segment
from engine.cli.run import route_details
from engine.cli.trouble import Trouble
from engine.program import command

VERSION_CHARACTERS = 16
MAX_SHOWN_CHARACTERS = 60
"""Of a value that has changed."""
LAYOUT = "position"
"""Where a node stands on a canvas: moving it changes nothing else."""


@dataclass(frozen=True)
class Current:
    """The current version of a route."""

    route: str
    version: str
    document: Mapping[str, Any]

    @property
    def segment(self) -> str:
        return segment(self.route)

    @property
    def etag(self) -> str:
        return f'"{self.version}"'


def current_of(client: EngineClient, route: str) -> Current:
    """The current version; `Trouble` with the route that may be meant."""
    details = route_details(client, route)
    return Current(route, details["version"], details["pipeline"])


def version_id(client: EngineClient, route: str, word: str) -> str:
    """The version that a word begins; raises `Trouble` if that is not clear."""
    if len(word) >= VERSION_CHARACTERS:
        return word

    page = client.get(f"/services/{segment(route)}/versions", limit=200)
    ids = [str(item["version"]) for item in page["items"]]
    found = [one for one in ids if one.startswith(word.lower())]
    if len(found) == 1:
        return found[0]

    see_all = f"see them: {command('versions', route, engine=client.url)}"
    count = len(found) or "no"
    raise Trouble(f"{count} versions of {route} begin with “{word}”", see_all)


def document_of(client: EngineClient, route: str, word: str) -> Any:
    """The document of a version, by the beginning of its id."""
    version = version_id(client, route, word)
    return client.get(f"/services/{segment(route)}/versions/{segment(version)}")


def difference(current: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """What another document has other than the current one, a line for each change."""
    return list(_differences(current, other))


def _differences(current: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    before = {node["id"]: node for node in current["nodes"]}
    after = {node["id"]: node for node in other["nodes"]}

    for node_id in after.keys() - before.keys():
        yield f"+ {node_id} ({after[node_id]['type']})"
    for node_id in before.keys() - after.keys():
        yield f"- {node_id} ({before[node_id]['type']})"
    for node_id, node in before.items():
        if node_id in after:
            yield from _changes(node_id, node, after[node_id])

    params = current.get("params", {}), other.get("params", {})
    yield from _changes("params", *params)


def _changes(
    name: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[str]:
    for key in sorted({*before, *after} - {LAYOUT}):
        if before.get(key) != after.get(key):
            yield f"~ {name}.{key}: {_short(before, key)} → {_short(after, key)}"


def _short(values: Mapping[str, Any], key: str) -> str:
    if key not in values:
        return "nothing"
    text = json.dumps(values[key], ensure_ascii=False)
    if len(text) <= MAX_SHOWN_CHARACTERS:
        return text
    return f"{text[: MAX_SHOWN_CHARACTERS - 1]}…"
