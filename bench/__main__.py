"""`python -m bench`: what a task costs in the engine, and in a relay beside it."""

import argparse
from pathlib import Path
from typing import Any

import orjson
import uvloop

from bench.measure import Started, bench, beside_a_relay, compare
from bench.profiling import profile
from bench.report import machine, table
from bench.scenarios import CROWD, QUICK, THREE, WHOLE, Scenario

OUT = Path("out")


async def measured(started: Started, scenarios: tuple[Scenario, ...]) -> dict[str, Any]:
    report: dict[str, Any] = {"machine": machine(), "scenarios": []}
    async with bench(started, scenarios) as sides:
        for scenario in scenarios:
            print(f"{scenario.title} …", flush=True)
            report["scenarios"].append(await compare(sides, scenario))
    return report


async def profiled(started: Started, scenario: Scenario) -> list[Path]:
    async with bench(started, (scenario,)) as sides:
        return await profile(sides[-1], scenario, OUT)


def beside(cluster: bool) -> Started:
    """Who takes part."""
    if not cluster:
        return beside_a_relay()
    from bench.cluster import beside_clusters  # needs servers that must be fetched

    return beside_clusters()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less, in half a minute")
    parser.add_argument(
        "--cluster", action="store_true", help="embedded, one replica, two replicas"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures")
    parser.add_argument(
        "--profile", action="store_true", help=f"py-spy on 3 calls, into {OUT}/"
    )
    return parser.parse_args()


def main() -> None:
    given = arguments()
    if given.profile:
        print(*uvloop.run(profiled(beside(given.cluster), THREE)), sep="\n")
        return
    scenarios = QUICK if given.quick else CROWD if given.cluster else WHOLE
    report = uvloop.run(measured(beside(given.cluster), scenarios))
    if given.json:
        given.json.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    print(f"\n{table(report)}")


if __name__ == "__main__":
    main()
