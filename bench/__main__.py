"""`python -m bench`: what a task costs in the engine, and in a relay beside it."""

import argparse
from pathlib import Path
from typing import Any

import orjson
import uvloop

from bench.measure import bench
from bench.profiling import profile
from bench.report import machine, table
from bench.scenarios import QUICK, THREE, WHOLE, Scenario

OUT = Path("out")


async def measured(scenarios: tuple[Scenario, ...]) -> dict[str, Any]:
    report: dict[str, Any] = {"machine": machine(), "scenarios": []}
    async with bench(scenarios) as ready:
        for scenario in scenarios:
            print(f"{scenario.title} …", flush=True)
            report["scenarios"].append(await ready.compare(scenario))
    return report


async def profiled(scenario: Scenario) -> list[Path]:
    async with bench((scenario,)) as ready:
        return await profile(ready.engine, scenario, OUT)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less, in half a minute")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures")
    parser.add_argument(
        "--profile", action="store_true", help=f"py-spy on 3 calls, into {OUT}/"
    )
    return parser.parse_args()


def main() -> None:
    given = arguments()
    if given.profile:
        print(*uvloop.run(profiled(THREE)), sep="\n")
        return
    report = uvloop.run(measured(QUICK if given.quick else WHOLE))
    if given.json:
        given.json.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    print(f"\n{table(report)}")


if __name__ == "__main__":
    main()
