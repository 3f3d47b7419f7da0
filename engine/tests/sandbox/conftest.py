"""A sandbox for all tests of this folder, and scopes to run code in."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import pytest
from engine.adapters.sandbox.evaluator import MontyEvaluator
from engine.domain.code import Changes, Scope
from engine.domain.values import Json

PHOTO = {"$blob": "task/photo", "type": "image/png", "size": 3, "name": "me.png"}


class MakeScope(Protocol):
    def __call__(self, **nodes: Mapping[str, Json]) -> Scope: ...


class Run(Protocol):
    def __call__(self, source: str, **nodes: Mapping[str, Json]) -> Changes: ...


class Value(Protocol):
    def __call__(self, source: str, **nodes: Mapping[str, Json]) -> Json: ...


def view(id: str, **sections: Json) -> dict[str, Any]:
    """A node as code sees it; it has succeeded."""
    succeeded = {"id": id, "type": "node", "status": "succeeded", "finished": True}
    empty = {"params": {}, "input": {}, "out": {}}
    return succeeded | empty | sections


@pytest.fixture(scope="session")
def evaluator() -> Iterator[MontyEvaluator]:
    with MontyEvaluator() as evaluator:
        yield evaluator


@pytest.fixture(scope="session")
def scope() -> MakeScope:
    """Makes the scope of `this`; ids with `_` get hyphens, `outer…` is not writable."""

    def make(**nodes: Mapping[str, Json]) -> Scope:
        views = {}
        for name, sections in ({"this": {}} | nodes).items():
            id_ = name.replace("_", "-")
            views[id_] = view(id_, **sections)

        writable = frozenset(id for id in views if not id.startswith("outer"))
        return Scope("this", views, {"route": "face-blur", "version": 2}, writable)

    return make


@pytest.fixture(scope="session")
def run(evaluator: MontyEvaluator, scope: MakeScope) -> Run:
    """Runs statements of `this`."""
    return lambda source, **nodes: evaluator.statements(source, scope(**nodes))


@pytest.fixture(scope="session")
def value(evaluator: MontyEvaluator, scope: MakeScope) -> Value:
    """The value of an expression of `this`."""
    return lambda source, **nodes: evaluator.expression(source, scope(**nodes))


@pytest.fixture
def photo() -> dict[str, Json]:
    return dict(PHOTO)


@pytest.fixture
def nodes(photo: dict[str, Json]) -> dict[str, dict[str, Json]]:
    """What the attacks find."""
    return {
        "this": {"input": {"image": photo, "x": 1}, "out": {"n": [1]}},
        "other": {},
        "outer1": {"out": {"secret": 1}},
    }
