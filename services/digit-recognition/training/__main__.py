"""The whole loop: what has changed since the last time is done again.

DVC_REMOTE_URL (`s3://bucket/prefix`, with the usual AWS_* variables) is where DVC
keeps what the stages made; it is fetched from there first and sent there in the end.
"""

import os
import sys
from pathlib import Path

from dvc.cli import main as dvc

SERVICE = Path(__file__).parent.parent
PIPELINE = "training/dvc.yaml"


def main() -> int:
    """Run the stages; 0 if a model serves that is not worse."""
    os.chdir(SERVICE)
    own = str(Path(sys.executable).parent)  # the stages call `python`
    os.environ["PATH"] = os.pathsep.join([own, os.environ.get("PATH", "")])
    if not any((folder / ".git").exists() for folder in SERVICE.parents):
        dvc(["config", "-q", "--local", "core.no_scm", "true"])  # a copy, not a clone
    remote = os.environ.get("DVC_REMOTE_URL")
    if not remote:
        return int(dvc(["repro", PIPELINE]))
    dvc(["remote", "add", "-q", "--local", "-f", "-d", "environment", remote])
    failed = dvc(["repro", "--pull", PIPELINE])
    return int(failed or dvc(["push", "--run-cache", PIPELINE]))


if __name__ == "__main__":
    sys.exit(main())
