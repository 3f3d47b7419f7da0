"""Runs the code of authors in a pool of Monty workers: the `Evaluator`."""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Self

from pydantic_monty import (
    CollectString,
    Monty,
    MontyCrashedError,
    MontyError,
    MontySession,
)

from engine.domain.code import Changes, Scope
from engine.domain.errors import CodeFailed
from engine.domain.values import Json

from .failures import failure
from .limits import SandboxLimits
from .prelude import PERFORM, PRELUDE
from .slow_lane import SlowLane
from .source import Source, read_source, with_aliases
from .values import check_blobs, encode, has_key, parse

BRIEF = frozenset({"id", "type", "status", "finished"})
NAMES = ("node", "input", "pipeline", "loop")


class MontyEvaluator:
    """Evaluates code in worker processes, several at once; they start when needed.

    A context manager: leaving it, or `close`, ends the workers. A process that is
    forked off after the first evaluation cannot use it, but may close it.
    """

    def __init__(self, limits: SandboxLimits | None = None) -> None:
        self._limits = limits or SandboxLimits()
        self._lock = threading.Lock()
        self._pool: Monty | None = None
        self._owner = 0
        self._closed = False
        self._prelude = b""
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
            if self._pool and self._owner == os.getpid():
                self._pool.__exit__(None, None, None)
                self._pool = None

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
        seen |= {
            "statements": statements,
            "depth": limits.output_depth,
            "left": limits.output_values,
        }
        inputs = {"text": encode(seen).decode(), "source": source}
        try:
            with self._lane.admit(source):
                text = self._feed({**inputs, "most": limits.output_bytes + 1})
        except TimeoutError:
            raise CodeFailed("the sandbox is busy: no worker became free") from None
        except MontyError as error:
            raise failure(error, limits, aliases, (*ids, *NAMES)) from None
        result = parse(text, limits)
        check_blobs(result, list(seen["views"].values()) + [seen.get("pipeline")])
        return result

    def _feed(self, inputs: dict[str, Any]) -> Any:
        printed = CollectString(self._limits.printed_bytes)
        with self._session() as session, self._lane.timed(inputs["source"]):
            return session.feed_run(PERFORM, inputs=inputs, print_callback=printed)

    @contextmanager
    def _session(self) -> Iterator[MontySession]:
        """A worker of one's own that has done nothing yet but load the prelude."""
        with ExitStack() as stack:
            for left in reversed(range(self._limits.workers + 1)):
                try:
                    session = stack.enter_context(self._checked_out())
                    self._prepare(session)
                    break
                except MontyCrashedError:  # it had died while it was idle
                    if not left:
                        raise
            yield session

    def _checked_out(self) -> MontySession:
        return self._started().checkout(limits=self._limits.of_session())

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
            if self._pool is None:
                self._pool, self._owner = self._limits.new_pool(), os.getpid()
            if self._owner != os.getpid():
                raise RuntimeError("the sandbox does not work across a fork")
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
    shown = [*views.values(), seen.get("pipeline", {})]
    seen["nested"] = code.nests or has_key(
        [
            list(part.values())
            for parts in shown
            for name, part in parts.items()
            if isinstance(part, dict) and (name != "out" or code.opens_out)
        ],
        code.attributes,
    )
    return seen


def _check_parts(node: str, parts: Mapping[str, Json], scope: Scope) -> None:
    if node not in scope.writable:
        raise CodeFailed(f"node “{node}” is not of this loop: it can only be read")
    for part, value in parts.items():
        before = scope.nodes[node].get(part)
        if not isinstance(value, dict) and type(value) is not type(before):
            raise CodeFailed(f"{node}.{part} must be an object")
