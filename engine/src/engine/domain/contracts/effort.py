"""How much work a schema may make of a value, estimated before any is done.

The validator does not let others run before it is done, and schemas come from outside.
The unit is the work of one schema that is applied to one value: up to a third of a
microsecond. What costs more is counted as more; the figures were measured.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from engine.domain.contracts.keywords import (
    FOREIGN,
    IN_PLACE,
    Schema,
    inner_schemas,
    keyed,
    listed,
    target,
)
from engine.domain.contracts.patterns import pattern_kilobytes
from engine.domain.going_on import GoOn, go_on_always
from engine.domain.values import Json

MAX_IN_PLACE = 1_000
"""Schemas that are applied to one value. A few that refer to each other can become
millions."""

BYTES_OF_A_VALUE = 2
"""As JSON, at least: itself and a comma."""

WORK_OF_A_CHOICE = 3
"""To compare a value with one that is neither a text nor an integer."""

WORK_OF_KEYWORDS: Mapping[str, float] = {
    "multipleOf": 60,
    "uniqueItems": 10,
    # What they cost depends on all schemas beside them. It is never little enough.
    "unevaluatedItems": 1e6,
    "unevaluatedProperties": 1e6,
}

KEYS_LOOKED_AT = 10
"""That are as much work as a schema."""


class Effort:
    """How much work a schema may make of one value.

    Each schema in it is looked at once: it is estimated from those that it leads to.
    """

    def __init__(self, root: Schema, go_on: GoOn = go_on_always) -> None:
        reached = _reached(root, go_on)
        in_place = _order({key: one.in_place for key, one in reached.items()}, go_on)
        forward = _order({key: one.all for key, one in reached.items()}, go_on)

        self.is_finite = len(in_place) == len(reached) and not any(
            one.leads_out for one in reached.values()
        )
        """False: a schema applies itself, or too many others, to the same value, or
        others that are not in it."""

        # Those that lead back to themselves are met again on each level below.
        endless = reached.keys() - set(forward)
        work = {key: one.work for key, one in reached.items()}
        number = dict.fromkeys(reached, 1)
        for key in in_place:
            go_on()
            for inner in reached[key].in_place:
                work[key] += work[inner]
                number[key] = min(number[key] + number[inner], MAX_IN_PLACE + 1)
        if any(count > MAX_IN_PLACE for count in number.values()):
            self.is_finite = False

        self.per_byte = 0.0
        """Of a value written as JSON, on each level."""
        order = [*forward, *(key for key in in_place if key in endless)]
        below = _Below(reached)
        for key in order:
            go_on()
            work[key] = max(work[key], below.most(key, work))
            self.per_byte = max(self.per_byte, work[key])

        self.branching = 1
        """How often a schema applies itself to the same value one level below."""
        again = {key: float(key in endless) for key in reached}
        below = _Below(reached)
        for key in order:
            go_on()
            self.branching = max(self.branching, int(below.most(key, again)))

    def of(self, value: Json, json_bytes: int) -> float:
        """The most work that a value may make; its size as JSON is known."""
        work = self.per_byte * json_bytes
        if self.branching == 1:
            return work
        return work * float(self.branching) ** depth_of(value)


class _Applied(NamedTuple):
    """What a schema does by itself, and by their keys those that it applies."""

    work: float
    leads_out: bool
    in_place: list[int]
    """To the same value."""
    items: list[int]
    """To the items of a list."""
    each_key: list[int]
    """To values in an object, whatever their key."""
    by_key: list[int]
    """To one value in an object each."""

    @property
    def all(self) -> list[int]:
        return [*self.in_place, *self.items, *self.each_key, *self.by_key]


def _reached(root: Schema, go_on: GoOn) -> dict[int, _Applied]:
    """All schemas that are applied, by their ids in memory."""
    reached: dict[int, _Applied] = {}
    todo = [root]
    while todo:
        schema = todo.pop()
        if id(schema) in reached:
            continue
        go_on()

        referred = target(schema, root)
        is_nowhere = "$ref" in schema and referred is None
        is_foreign = not schema.keys().isdisjoint(FOREIGN)
        applied = _Applied(own_work(schema), is_nowhere or is_foreign, [], [], [], [])
        reached[id(schema)] = applied

        if referred is not None:
            applied.in_place.append(id(referred))
            todo.append(referred)
        for (keyword, *_), inner in inner_schemas(schema):
            kind = _kind(applied, keyword)
            if kind is not None:
                kind.append(id(inner))
                todo.append(inner)
    return reached


def _kind(applied: _Applied, keyword: str) -> list[int] | None:
    """Where to note a schema under a keyword; None: it is not applied."""
    if keyword in IN_PLACE:
        return applied.in_place
    if keyword in ("items", "prefixItems", "contains", "unevaluatedItems"):
        return applied.items
    if keyword == "properties":
        return applied.by_key
    if keyword in _EACH_KEY:
        return applied.each_key
    return None


_EACH_KEY = ("additionalProperties", "patternProperties", "unevaluatedProperties")


class _Below:
    """Adds up what all schemas for a value apply to a value right below it."""

    def __init__(self, reached: Mapping[int, _Applied]) -> None:
        self._reached = reached
        self._sums: dict[int, tuple[float, float, float]] = {}

    def most(self, key: int, weights: Mapping[int, float]) -> float:
        """Of a schema; asked first for those that it applies to the same value."""
        applied = self._reached[key]
        items = sum(weights[one] for one in applied.items)
        each_key = sum(weights[one] for one in applied.each_key)
        by_key = max((weights[one] for one in applied.by_key), default=0.0)

        for inner in applied.in_place:
            # One in a circle has none; such a schema is refused.
            more = self._sums.get(inner, (0.0, 0.0, 0.0))
            items += more[0]
            each_key += more[1]
            # As if all of them spoke of the same key.
            by_key += more[2]

        self._sums[key] = (items, each_key, by_key)
        return max(items, each_key + by_key)


def _order(leads: Mapping[int, list[int]], go_on: GoOn = go_on_always) -> list[int]:
    """Each behind all that it leads to; without those that lead to a circle.

    >>> _order({1: [2, 3], 2: [3], 3: []}), _order({1: [2], 2: [2], 3: []})
    ([3, 2, 1], [3])
    """
    missing = {one: len(inner) for one, inner in leads.items()}
    above: defaultdict[int, list[int]] = defaultdict(list)
    for one, inner in leads.items():
        for led in inner:
            above[led].append(one)

    order = []
    ready = [one for one, count in missing.items() if not count]
    while ready:
        go_on()
        one = ready.pop()
        order.append(one)
        for outer in above[one]:
            missing[outer] -= 1
            if not missing[outer]:
                ready.append(outer)
    return order


def own_work(schema: Schema) -> float:
    """What the keywords of one schema make of a byte, without schemas in it."""
    of_a_value = 1.0
    for keyword, work in WORK_OF_KEYWORDS.items():
        if keyword in schema:
            of_a_value += work

    of_a_value += _work_of_choices(listed(schema.get("enum")))
    if "const" in schema:
        of_a_value += _work_of_choices([schema["const"]])
    for keyword in ("dependentRequired", "dependentSchemas"):
        of_a_value += len(keyed(schema.get(keyword))) / KEYS_LOOKED_AT

    return of_a_value / BYTES_OF_A_VALUE + _work_of_patterns(schema)


def _work_of_choices(choices: list[Json] | tuple[Json, ...]) -> float:
    # The validator finds a text among texts, and an integer among integers, at once.
    kinds = {type(choice) for choice in choices}
    if kinds <= {str} or kinds <= {int}:
        return 0.0
    return WORK_OF_A_CHOICE * count_of(choices)


def _work_of_patterns(schema: Schema) -> float:
    """Of one character, for all patterns that it is held against."""
    patterns = [*keyed(schema.get("patternProperties"))]
    for one in (schema, keyed(schema.get("propertyNames"))):
        pattern = one.get("pattern")
        if isinstance(pattern, str):
            patterns.append(pattern)
    return float(sum(map(pattern_kilobytes, patterns)))


def count_of(value: Json | list[Json] | tuple[Json, ...]) -> int:
    """How many values there are in one, itself included."""
    return sum(len(level) for level in _levels(value))


def depth_of(value: Json) -> int:
    """In how many levels there are values below one.

    >>> depth_of(1), depth_of([]), depth_of([[1], {"a": {}}])
    (0, 0, 2)
    """
    return sum(1 for _ in _levels(value)) - 1


def _levels(value: Json) -> Iterator[list[Json]]:
    level = [value]
    while level:
        yield level
        below: list[Json] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list | tuple):
                below.extend(item)
        level = below
