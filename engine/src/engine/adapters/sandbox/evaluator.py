"""Runs the code of authors in a pool of Monty workers: the `Evaluator`."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Self

from pydantic_monty import CollectString, MontyError

from engine.adapters.sandbox.aliases import with_aliases
from engine.adapters.sandbox.failures import failure
from engine.adapters.sandbox.launcher import launcher
from engine.adapters.sandbox.limits import SandboxLimits
from engine.adapters.sandbox.met import LimitMet, LimitsMet
from engine.adapters.sandbox.pool import WorkerPool
from engine.adapters.sandbox.prelude import PERFORM
from engine.adapters.sandbox.slow_lane import SlowLane
from engine.adapters.sandbox.source import read_source
from engine.adapters.sandbox.values import check_blobs, encode, parse
from engine.adapters.sandbox.visible import visible
from engine.domain.code import RESERVED_NAMES, Changes, Scope
from engine.domain.errors import CodeFailed
from engine.domain.values import Json

log = logging.getLogger(__name__)


class MontyEvaluator:
    """Evaluates code in worker processes, several at once; they start when needed.

    A context manager: leaving it, or `close`, ends the workers. A process that is
    forked off after the first evaluation cannot use it, but may close it.
    """

    def __init__(
        self,
        limits: SandboxLimits | None = None,
        *,
        walls: str = "available",
    ) -> None:
        """`walls` is a value of `SANDBOX_WALLS`; raises `MissingWalls`."""
        self._limits = limits or SandboxLimits()
        self._launcher = launcher(self._limits, walls)
        self._pool = WorkerPool(self._limits, self._launcher)
        self._slow_lane = SlowLane(
            width=self._limits.slow_workers,
            slow_seconds=self._limits.slow_time.total_seconds(),
            wait_seconds=self._limits.wait.total_seconds(),
        )
        self._met = LimitsMet()
        self.limits_met: Mapping[str, int] = self._met.counts

    def __enter__(self) -> Self:
        self._pool.open()
        self._launcher.log_walls(log)
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers; there is no evaluation after this."""
        self._pool.close()

    def expression(self, source: str, scope: Scope) -> Json:
        return self._perform(source, scope, statements=False)

    def statements(self, source: str, scope: Scope) -> Changes:
        changes: dict[str, dict[str, Json]] = self._perform(
            source, scope, statements=True
        )

        for node, sections in changes.items():
            _check_sections(node, sections, scope)
        return changes

    def _perform(self, source: str, scope: Scope, *, statements: bool) -> Json:
        """The result of the code, checked; or `CodeFailed`."""
        try:
            return self._evaluated(source, scope, statements)
        except LimitMet as error:
            self._met.count(error.limit)
            raise

    def _evaluated(self, source: str, scope: Scope, statements: bool) -> Json:
        self._check_length(source)
        ids = frozenset(scope.nodes)
        source, aliases = with_aliases(source, ids)
        code = read_source(source)

        names = _named_nodes(code.names, aliases, ids)
        seen = visible(code, names, scope)
        given = encode(
            seen
            | {
                "statements": statements,
                "max_depth": self._limits.output_depth,
                "values_left": self._limits.output_values,
            }
        )

        try:
            text = self._feed(source, given.decode(), scope.hear)
        except TimeoutError:
            message = "the sandbox is busy: no worker became free"
            raise LimitMet("wait", message) from None
        except MontyError as error:
            raise failure(
                error,
                limits=self._limits,
                aliases=aliases,
                names=(*ids, *RESERVED_NAMES),
                source=source,
                seen=seen,
            ) from None

        result = parse(text, self._limits)
        check_blobs(result, [*seen["views"].values(), seen.get("pipeline")])
        return result

    def _check_length(self, source: str) -> None:
        # A lone surrogate has no UTF-8; here only the length counts.
        length = len(source.encode(errors="replace"))
        if length > self._limits.source_bytes:
            raise LimitMet(
                "source_bytes",
                f"the code is longer than {self._limits.source_bytes:,} bytes",
            )

    def _feed(self, source: str, text: str, hear: Callable[[str], None]) -> Any:
        """What the worker answers; raises `TimeoutError` and Monty's errors."""
        inputs = {
            "text": text,
            "source": source,
            # One more than allowed: so `parse` sees that something was cut off.
            "most": self._limits.output_bytes + 1,
        }
        printed = CollectString(self._limits.printed_bytes)

        # In this order: while it waits for the lane, slow code must hold no worker,
        # and waiting for a worker must not count as running.
        with self._slow_lane.admit(source), self._pool.session() as session:
            with self._slow_lane.timed(source):
                try:
                    return session.feed_run(
                        PERFORM, inputs=inputs, print_callback=printed
                    )
                finally:
                    if printed.output:
                        hear(printed.output)


def _named_nodes(
    names: frozenset[str],
    aliases: Mapping[str, str],
    ids: frozenset[str],
) -> dict[str, str]:
    """The nodes that code names, by the name it has for them."""
    named = {}
    for name in names:
        id_ = aliases.get(name, name)
        if id_ in ids:
            named[name] = id_
    return named


def _check_sections(
    node: str,
    sections: Mapping[str, Json],
    scope: Scope,
) -> None:
    """Refuse changes that the code must not make, whatever the worker says."""
    if node not in scope.writable:
        raise CodeFailed(f"node “{node}” is outside of this loop: it can only be read")

    for section, value in sections.items():
        before = scope.nodes[node].get(section)
        # What was no object before may stay what it was.
        if not isinstance(value, dict) and type(value) is not type(before):
            raise CodeFailed(f"{node}.{section} must be an object")
