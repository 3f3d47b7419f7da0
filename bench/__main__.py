"""`python -m bench`: what a task costs in the engine, and in a relay beside it."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import uvloop

from bench.checkouts import beside_checkouts
from bench.counting import Counts, beside_nothing, count, more, shown
from bench.files import measure_files
from bench.measure import (
    BySide,
    Figures,
    Started,
    beside_a_relay,
    running,
    told,
)
from bench.profiling import profile
from bench.report import machine, tables
from bench.scenarios import (
    CROWD,
    PEERS,
    QUICK,
    STARTS,
    THREE,
    TOKENS,
    TRACES,
    VERSIONS,
    WHOLE,
    Scenario,
)
from bench.startup import measure_start
from bench.tokens import beside_no_accounts

OUT = Path("out")


async def measured(
    start: Callable[[], Started], scenarios: Sequence[Scenario], starts: int
) -> list[dict[str, Any]]:
    """What the scenarios showed, with new processes so many times."""
    found = [(scenario, BySide(Figures)) for scenario in scenarios]
    for number in range(1, starts + 1):
        async with running(start(), scenarios) as bench:
            for scenario, by_side in found:
                print(f"{scenario.title}, start {number} of {starts} …", flush=True)
                await bench.compare(scenario, by_side)
    return [told(scenario, by_side) for scenario, by_side in found]


async def profiled(started: Started, scenario: Scenario) -> list[Path]:
    async with running(started, (scenario,)) as bench:
        return await profile(bench, scenario, OUT)


async def counted(*, tokens: bool = False) -> Counts:
    """What a task of three calls executes."""
    scenario = replace(THREE, tasks=100)
    with TemporaryDirectory(prefix="bench-") as folder:
        into = Path(folder) / "counts.json"
        started = beside_nothing(into, tokens=tokens)
        async with running(started, (scenario,)) as bench:
            return await count(bench, scenario, into)


async def told_counts(*, tokens: bool) -> str:
    """The same as text; `tokens`: what accounts add to it."""
    plain = await counted()
    return more(await counted(tokens=True), plain) if tokens else shown(plain)


def timed() -> list[dict[str, Any]]:
    """What is measured in seconds, one process at a time."""
    print("a large file …", flush=True)
    rows = uvloop.run(measure_files())
    print("the start …", flush=True)
    return [*rows, *measure_start()]


def chosen(
    given: argparse.Namespace,
) -> tuple[Callable[[], Started], Sequence[Scenario]]:
    """Who takes part, and in what."""
    # Both need programs that must be fetched first.
    if given.cluster:
        from bench.cluster import beside_clusters

        return beside_clusters, CROWD
    if given.beside:
        return partial(beside_checkouts, given.beside), VERSIONS
    if given.tokens:
        return beside_no_accounts, TOKENS
    if given.traces:
        # It imports a decoder, which the other sides do without.
        from bench.traces import beside_no_traces

        return beside_no_traces, TRACES
    if given.peers:
        from bench.peers import beside_node_red

        return beside_node_red, PEERS
    return beside_a_relay, QUICK if given.quick else WHOLE


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less, in half a minute")
    parser.add_argument(
        "--cluster", action="store_true", help="embedded, one replica, two replicas"
    )
    parser.add_argument(
        "--peers", action="store_true", help="beside Node-RED: three http nodes"
    )
    parser.add_argument(
        "--beside",
        type=Path,
        action="append",
        metavar="FOLDER",
        help="beside the engine of another checkout; may be repeated",
    )
    parser.add_argument(
        "--tokens", action="store_true", help="only without accounts, and with a token"
    )
    parser.add_argument(
        "--traces", action="store_true", help="only without traces, and with them"
    )
    parser.add_argument(
        "--timed", action="store_true", help="only a large file and the start"
    )
    parser.add_argument(
        "--starts",
        type=int,
        metavar="N",
        help="with new processes so many times: one may be faster than the next",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures")
    parser.add_argument(
        "--profile", action="store_true", help=f"py-spy on 3 calls, into {OUT}/"
    )
    parser.add_argument(
        "--count", action="store_true", help="bytecodes of a task of 3 calls, by file"
    )
    return parser.parse_args()


def main() -> None:
    given = arguments()
    if given.count:
        print(uvloop.run(told_counts(tokens=given.tokens)))
        return

    start, scenarios = chosen(given)
    if given.profile:
        print(*uvloop.run(profiled(start(), THREE)), sep="\n")
        return

    beside_itself = given.beside or given.tokens or given.traces
    report: dict[str, Any] = {"machine": machine(), "scenarios": []}
    if not given.timed:
        starts = given.starts or (STARTS if beside_itself else 1)
        report["scenarios"] += uvloop.run(measured(start, scenarios, starts))
    is_whole = not (beside_itself or given.quick or given.cluster or given.peers)
    if is_whole and not given.timed:
        tokens = uvloop.run(measured(beside_no_accounts, TOKENS, STARTS))
        report["scenarios"] += tokens
    report["timed"] = timed() if is_whole else []

    if given.json:
        given.json.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    print(f"\n{tables(report)}")


if __name__ == "__main__":
    main()
