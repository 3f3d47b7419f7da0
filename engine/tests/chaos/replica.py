"""A replica with fail-points: `python -m chaos.replica`, set by the environment.

FAILPOINTS are the points, one on each line; FAILPOINT_LOG is the file of those that
hit.
"""

import os
from pathlib import Path

from chaos.failpoints import ArmedFailPoints, FailPoint, instrumented
from engine.adapters.choice import chosen
from engine.cli.logs import configure_logs
from engine.cli.serving import listen, run
from engine.settings import Settings


def main() -> None:
    """Serve like `marketplace serve`, with fail-points at every port."""
    lines = os.environ["FAILPOINTS"].splitlines()
    log = Path(os.environ["FAILPOINT_LOG"])
    points = ArmedFailPoints(map(FailPoint.parse, lines), log)

    configure_logs("info", times=True)
    settings = Settings.from_environment(os.environ)
    with listen(settings.host, settings.port, settings.reuse_port) as listener:
        run(settings, listener, instrumented(chosen(settings), points))


if __name__ == "__main__":
    main()
