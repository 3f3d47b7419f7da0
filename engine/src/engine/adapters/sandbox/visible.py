"""Chooses the part of a scope that is sent to code: only what the code mentions."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.adapters.sandbox.source import Source
from engine.adapters.sandbox.values import has_key
from engine.domain.code import Scope
from engine.domain.values import Json

SMALL_FIELDS = frozenset({"id", "type", "status", "finished"})
"""Fields of a node that are handed over whether code mentions them or not."""


def visible(
    code: Source,
    names: Mapping[str, str],
    scope: Scope,
) -> dict[str, Any]:
    """All that the prelude needs: the nodes that code names, and how to show them.

    `names` has the nodes' ids by the names that code uses. The prelude reads the result
    as `scope`. A view costs time for each of its keys, so that only those objects
    become views which code may open by an attribute.
    """
    views = {
        id_: _mentioned(scope.nodes[id_], code) for id_ in {scope.node, *names.values()}
    }
    seen: dict[str, Any] = {
        "node": scope.node,
        "views": views,
        "names": names,
        "loop": {name: id_ for name, id_ in names.items() if id_ in scope.writable},
        # An object with one of these keys is shown as a view.
        "attributes": list(code.attributes),
        # An attribute is assigned, perhaps a new one: keys cannot tell where.
        "wrap_sections": code.assigns,
        "wrap_inner": code.nests,
        "wrap_out": code.opens_out,
        "replace_len": "len" in code.words,
    }

    if "pipeline" in code.names:
        seen["pipeline"] = {
            key: value for key, value in scope.pipeline.items() if key in code.words
        }

    # Whether to look into objects at all; else only the outermost are opened.
    shown = [*views.values(), seen.get("pipeline", {})]
    inner = [list(section.values()) for section in _opened_sections(shown, code)]
    seen["nested"] = code.nests or has_key(inner, code.attributes)
    return seen


def _mentioned(node: Mapping[str, Json], code: Source) -> dict[str, Json]:
    """The fields of a node that code may read."""
    return {
        key: value
        for key, value in node.items()
        if key in SMALL_FIELDS or key in code.words
    }


def _opened_sections(
    shown: list[dict[str, Json]], code: Source
) -> Iterator[Mapping[str, Json]]:
    """The objects in which the prelude looks for something to open."""
    for fields in shown:
        for name, value in fields.items():
            # `out` is a plain dict unless code opens it by an attribute.
            if isinstance(value, dict) and (name != "out" or code.opens_out):
                yield value
