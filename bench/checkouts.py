"""The engine beside itself as it was: each other version is a checkout in a folder.

`git worktree add /tmp/before COMMIT`, then `python -m bench --beside /tmp/before`. All
of them run with the packages of this environment.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import Side
from bench.processes import ENGINE, Process, engine, python, stopping

SOURCES = ("engine/src", "services/sdk/src", "client/src")


@contextmanager
def beside_checkouts(
    checkouts: Sequence[Path],
) -> Iterator[tuple[Sequence[Side], Process]]:
    """The engines of these checkouts and of this one, then the relay, and the service.

    The first checkout is what the others are compared with.
    """
    with TemporaryDirectory(prefix="bench-") as temporary:
        folder = Path(temporary)
        service = Process(python("bench.service", "PORT"))
        relay = Process(python("bench.serve", "PORT", f"{service.url}/work"))
        # Not by their last names alone: two of them may have the same.
        sides = [
            Side(str(checkout), [_engine_of(checkout, folder / f"data-{number}")])
            for number, checkout in enumerate(checkouts)
        ]
        here = Process(engine(folder / "data-here"), environment=ENGINE)
        sides.append(Side("engine", [here]))
        sides.append(Side("relay", [relay], publishes=False))

        processes = [process for side in sides for process in side.processes]
        with stopping(service, *processes):
            yield sides, service


def _engine_of(checkout: Path, data: Path) -> Process:
    sources = [str(checkout.resolve() / source) for source in SOURCES]
    path = {"PYTHONPATH": os.pathsep.join(sources)}
    return Process(engine(data), environment=ENGINE | path)
