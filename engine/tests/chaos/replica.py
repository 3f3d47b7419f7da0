"""A replica with fail-points: `python -m chaos.replica`, set by the environment.

FAILPOINTS are the points, one a line; WITNESS is the file of those that hit.
"""

import os
from pathlib import Path

from chaos.failpoints import FailPoint, Witness, watched
from engine.adapters.choice import chosen
from engine.cli.serving import configure_logs, listen, run
from engine.settings import Settings


def main() -> None:
    """Serve like `marketplace serve`, with a witness at every port."""
    lines = os.environ["FAILPOINTS"].splitlines()
    witness = Witness(map(FailPoint.parse, lines), Path(os.environ["WITNESS"]))
    configure_logs("info", times=True)
    settings = Settings.from_environment(os.environ)
    with listen(settings.host, settings.port, settings.reuse_port) as listener:
        run(settings, listener, watched(chosen(settings), witness))


if __name__ == "__main__":
    main()
