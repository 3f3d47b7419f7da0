"""Runs the code of authors in a pool of Monty workers: the `Evaluator`."""

import os
import threading
from collections.abc import Mapping
from typing import Any, Self

import orjson
from pydantic_monty import CollectString, Monty, MontyError, MontySession

from engine.domain.code import Changes, Scope
from engine.domain.errors import CodeFailed
from engine.domain.values import Json

from .sandbox_failures import failure
from .sandbox_lane import SlowLane
from .sandbox_limits import SandboxLimits
from .sandbox_prelude import PERFORM, PRELUDE
from .sandbox_source import Source, read_source, with_aliases
from .sandbox_values import check_blobs, has_key, parse

BRIEF = frozenset({"id", "type", "status", "finished"})
NAMES = ("node", "input", "pipeline", "loop")


class MontyEvaluator:
    """Evaluates code in worker processes, several at once; they start when needed.

    A context manager: leaving it, or `close`, ends the workers. A process that was
    forked off gets workers of its own.
    """

    def __init__(self, limits: SandboxLimits | None = None) -> None:
        self._limits = limits or SandboxLimits()
        self._lock = threading.Lock()
        self._pool: Monty | None = None
        self._owner = 0
        self._closed = False
        self._prelude = b""
        self._foreign: list[Monty] = []
        self._lane = SlowLane(
            self._limits.slow_workers,
            self._limits.slow_time.total_seconds(),
            self._limits.wait.total_seconds(),
        )

    def __enter__(self) -> Self:
        self._closed = False
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers; there is no evaluation after this."""
        with self._lock:
            self._closed = True
            pool = self._own_pool()
            self._pool = None
        if pool:
            pool.__exit__(None, None, None)

    def expression(self, source: str, scope: Scope) -> Json:
        return self._perform(source, scope, statements=False)

    def statements(self, source: str, scope: Scope) -> Changes:
        changes: dict[str, dict[str, Json]] = self._perform(
            source, scope, statements=True
        )
        for node, parts in changes.items():
            _check_parts(node, parts, scope)
        return changes

    def _perform(self, source: str, scope: Scope, *, statements: bool) -> Json:
        limits = self._limits
        if len(source.encode(errors="replace")) > limits.source_bytes:
            raise CodeFailed(f"the code is longer than {limits.source_bytes:,} bytes")
        ids = frozenset(scope.nodes)
        source, aliases = with_aliases(source, ids)
        names = {name: aliases.get(name, name) for name in read_source(source).names}
        names = {name: id for name, id in names.items() if id in ids}
        seen = visible(read_source(source), names, scope)
        seen |= {"statements": statements, "depth": limits.output_depth}
        inputs = {"text": _encoded(seen), "source": source}
        try:
            with self._lane.admit(source):
                text = self._feed({**inputs, "most": limits.output_bytes + 1})
        except MontyError as error:
            raise failure(error, limits, aliases, (*ids, *NAMES)) from None
        result = parse(text, limits)
        check_blobs(result, list(seen["views"].values()) + [seen.get("pipeline")])
        return result

    def _feed(self, inputs: dict[str, Any]) -> Any:
        limits = self._limits
        pool = self._started()
        try:
            with pool.checkout(limits=limits.of_session()) as session:
                self._prepare(session)
                printed = CollectString(limits.printed_bytes)
                with self._lane.timed(inputs["source"]):
                    return session.feed_run(
                        PERFORM, inputs=inputs, print_callback=printed
                    )
        except TimeoutError:
            raise CodeFailed("the sandbox is busy: no worker became free") from None

    def _prepare(self, session: MontySession) -> None:
        """Bound the worker, then load the prelude: compiled once, copied after that."""
        if pid := session.worker_pid:
            self._limits.impose_on(pid)
        if self._prelude:
            session.load_session(self._prelude)
        else:
            session.feed_run(PRELUDE)
            self._prelude = session.dump()

    def _started(self) -> Monty:
        with self._lock:
            if self._closed:
                raise CodeFailed("the sandbox is closed")
            pool = self._own_pool()
            if pool is None:
                pool = self._pool = self._limits.new_pool()
                self._owner = os.getpid()
            return pool

    def _own_pool(self) -> Monty | None:
        """The pool of this process: one from before a fork is kept, but not used."""
        if self._pool and self._owner != os.getpid():
            self._foreign.append(self._pool)
            self._pool = None
        return self._pool


def visible(code: Source, names: Mapping[str, str], scope: Scope) -> dict[str, Any]:
    """All that the prelude needs: the nodes that code names, and how to show them."""
    views: dict[str, dict[str, Json]] = {
        id: {
            key: value
            for key, value in scope.nodes[id].items()
            if key in BRIEF or key in code.words
        }
        for id in {scope.node, *names.values()}
    }
    seen: dict[str, Json] = {
        "node": scope.node,
        "views": views,
        "names": names,
        "loop": {name: id for name, id in names.items() if id in scope.writable},
        "attributes": list(code.attributes),
        "force": code.assigns,
        "every": code.nests,
        "out": code.opens_out,
        "len": "len" in code.words,
    }
    if "pipeline" in code.names:
        fields = scope.pipeline.items()
        seen["pipeline"] = {key: part for key, part in fields if key in code.words}
    opened = [
        part
        for holder in (*views.values(), seen.get("pipeline", {}))
        for part in holder.values()
        if isinstance(part, dict)
    ]
    seen["nested"] = code.nests or any(
        has_key(inner, code.attributes) for part in opened for inner in part.values()
    )
    return seen


def _encoded(seen: Json) -> str:
    try:
        return orjson.dumps(seen).decode()
    except TypeError as error:
        raise CodeFailed("the data that the code reads is not JSON") from error


def _check_parts(node: str, parts: Mapping[str, Json], scope: Scope) -> None:
    if node not in scope.writable:
        raise CodeFailed(f"node “{node}” is not of this loop: it can only be read")
    for part, value in parts.items():
        before = scope.nodes[node].get(part)
        if not isinstance(value, dict) and type(value) is not type(before):
            raise CodeFailed(f"{node}.{part} must be an object")
