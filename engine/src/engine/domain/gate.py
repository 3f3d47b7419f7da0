"""The gate: the one place through which a value enters a run.

In the data of a run an object with the key `$blob` is the reference of a binary, and
one with the key `$large` stands for a value that is kept elsewhere. Nobody but the
engine writes these keys. So what comes in is looked at here, once:

    who brings it                           it passes by
    request, callback, http answer          `admit`: no reserved key, at any depth
    the binaries that come along            `admit`: their references are made here
    union of outputs                        `joined`: objects, and no reference itself
    `input` and `out` of a node             `named`: the author's keys are not reserved
    code                                    `check_change`: only whole references
    a stored frame, an event of NATS        `flaw`: it was admitted, if it is unchanged
    a pipeline, an announcement             `check_document`

Events and ports take `Admitted` values, and only this module makes them: with any
other object mypy finds a way around the gate. What was admitted may be copied, taken
apart and put under other names without being looked at again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, NewType

import orjson

from engine.domain.errors import NotJoined, ReservedKey
from engine.domain.values import BLOB_KEY, RESERVED_KEYS, Blob, Json, is_blob

Admitted = NewType("Admitted", dict[str, Json])
"""An object that has passed the gate."""

NOTHING: Admitted = Admitted({})

# The engine's JSON has a key in one form only, and a quotation mark inside a text as
# \". So one of these is found exactly if an object has such a key.
_MARKS = tuple(f'"{key}":' for key in sorted(RESERVED_KEYS))
_MARKS_AS_BYTES = tuple(mark.encode() for mark in _MARKS)

_FIELDS_OF_A_REFERENCE = frozenset({BLOB_KEY, "type", "size", "name", "charset"})

Steps = tuple["Steps", str | int] | tuple[()]
"""The way into a value: the way up to its last step, and that step."""


class Found(NamedTuple):
    """A reserved key in a value, and the object that has it."""

    key: str
    value: Mapping[str, Json]
    steps: Steps

    @property
    def place(self) -> str:
        """Where the key is, as authors write it.

        >>> Found("$blob", {}, ((((), "sizes"), 2), "$blob")).place
        'sizes[2].$blob'
        """
        words: list[str] = []
        steps = self.steps
        while steps:
            steps, step = steps
            words.append(f"[{step}]" if isinstance(step, int) else f".{step}")
        return "".join(reversed(words)).lstrip(".")


def admit(
    data: Mapping[str, Json],
    blobs: Mapping[str, Blob | Sequence[Blob]] | None = None,
) -> Admitted:
    """What comes from outside; raises `ReservedKey`.

    `blobs` are those that the engine has just stored for it, by their keys.
    """
    found = reserved_key(data)
    if found:
        raise ReservedKey(found.key, found.place)

    admitted = dict(data)
    for name, blob in (blobs or {}).items():
        check_name(name)
        if isinstance(blob, Blob):
            admitted[name] = blob.to_json()
        else:
            admitted[name] = [one.to_json() for one in blob]
    return Admitted(admitted)


def check_name(name: str) -> None:
    """Raises `ReservedKey` if a value cannot have this name."""
    if name in RESERVED_KEYS:
        raise ReservedKey(name, name)


def named(values: Mapping[str, Json]) -> Admitted:
    """Admitted values under names that an author chose; raises `ReservedKey`."""
    for name in values:
        check_name(name)
    return Admitted(dict(values))


def joined(outs: Sequence[tuple[str, Json]]) -> Admitted:
    """The union of admitted values, each with the node that gave it; the last counts.

    Raises `NotJoined` for a value without keys of its own. The keys of a reference
    are not the author's: others could take the place of its type or size.
    """
    # A thousand nodes may all hand on the same large output: it is looked at once, in
    # the place of the last of them.
    distinct = {id(out): (node_id, out) for node_id, out in reversed(outs)}

    union: dict[str, Json] = {}
    for node_id, out in reversed(distinct.values()):
        if is_blob(out):
            raise NotJoined(node_id, "a file")
        if not isinstance(out, dict):
            raise NotJoined(node_id, "no object")
        union |= out
    return Admitted(union)


def check_change(value: Json, task: str, place: str) -> None:
    """What code made of a section; raises `ReservedKey`.

    Code may copy references, which the evaluator compares with those that it gave.
    """
    for found in _reserved(value):
        if not _is_reference(found.value, task):
            raise ReservedKey(found.key, f"{place}.{found.place}")


def flaw(value: Json, task: str) -> str | None:
    """Why something is no admitted value of a task, in words; None: it is one.

    For values that were admitted long ago, perhaps by an older engine.
    """
    for found in _reserved(value):
        if not _is_reference(found.value, task):
            return f"“{found.place}” is no reference to a file of this task"
    return None


def may_refer(text: bytes | str) -> bool:
    """Whether JSON that the engine wrote may hold references; False is certain."""
    # The first search is fast, and almost always says no.
    if isinstance(text, str):
        return '"$' in text and any(mark in text for mark in _MARKS)
    return b'"$' in text and any(mark in text for mark in _MARKS_AS_BYTES)


def reserved_key(value: Json) -> Found | None:
    """A reserved key anywhere in a value, if there is one."""
    return next(_reserved(value), None)


def check_document(document: Json, fields: Iterable[str]) -> None:
    """A pipeline or an announcement: its constants and names become data of runs.

    `fields` are those of its body. Raises `ReservedKey`.
    """
    found = reserved_key(document)
    if found:
        raise ReservedKey(found.key, found.place)
    for name in fields:
        if name in RESERVED_KEYS:
            raise ReservedKey(name, f"api.body.{name}")


def owns(task: str, key: str) -> bool:
    """Whether the blob of a key belongs to a task.

    >>> owns("t1", "t1/a"), owns("t1", "t2/a"), owns("t1", "t1/../t2/a")
    (True, False, False)
    """
    owner, _, rest = key.partition("/")
    return owner == task and rest != "" and "/" not in rest


def _is_reference(value: Mapping[str, Json], task: str) -> bool:
    """Whether it is exactly what `Blob.to_json` writes, of a blob of this task."""
    if not value.keys() <= _FIELDS_OF_A_REFERENCE:
        return False

    key = value.get(BLOB_KEY)
    size = value.get("size")
    return (
        isinstance(key, str)
        and owns(task, key)
        and isinstance(value.get("type"), str)
        # In Python `True` is an integer.
        and type(size) is int
        and size >= 0
        and isinstance(value.get("name", ""), str)
        and isinstance(value.get("charset", ""), str)
    )


def _reserved(value: Json) -> Iterator[Found]:
    """Every object in a value that has a reserved key."""
    # As almost always: then no walk through the value is begun.
    if not _has_mark(value):
        return

    # A list and no recursion: the value may be nested as deeply as its sender likes.
    todo: list[tuple[Json, Steps]] = [(value, ())]
    while todo:
        item, steps = todo.pop()
        if isinstance(item, dict):
            for key in RESERVED_KEYS & item.keys():
                yield Found(key, item, (steps, key))
            todo.extend((inner, (steps, key)) for key, inner in item.items())
        elif isinstance(item, (list, tuple)):
            todo.extend((inner, (steps, at)) for at, inner in enumerate(item))


def _has_mark(value: Json) -> bool:
    try:
        return may_refer(orjson.dumps(value))
    except TypeError:
        # An integer above 64 bits, or too deep: only looking at all of it can tell.
        return True
