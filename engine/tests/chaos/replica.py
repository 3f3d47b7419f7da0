"""A replica with fail-points: `python -m chaos.replica`, set by the environment.

FAILPOINTS are the points, one a line; WITNESS is the file of those that hit.
"""

import os
from pathlib import Path

from chaos.failpoints import FailPoint, Witness, watched
from engine.choice import Adapters, chosen
from engine.cli import serving
from engine.settings import Settings

from engine import bootstrap


def main() -> None:
    """Serve like `marketplace serve`, with a witness at every port."""
    lines = os.environ.get("FAILPOINTS", "").splitlines()
    witness = Witness(map(FailPoint.parse, lines), Path(os.environ["WITNESS"]))

    def witnessed(settings: Settings) -> Adapters:
        return watched(chosen(settings), witness)

    bootstrap.chosen = witnessed  # type: ignore[attr-defined] # imported there
    serving.serve(None, None, None, "info", True)


if __name__ == "__main__":
    main()
