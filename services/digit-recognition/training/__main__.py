"""The whole training: each stage runs if something that it depends on has changed.

DVC_REMOTE_URL (`s3://bucket/prefix`, with the usual AWS_* variables) is where DVC keeps
the results of the stages: they are fetched from there first, and sent there at the end.
"""

import os
import sys
from pathlib import Path

from dvc.cli import main as dvc

SERVICE = Path(__file__).parent.parent
PIPELINE = "training/dvc.yaml"


def main() -> int:
    """Run the stages; 0 if a model serves that is not worse than the one before."""
    os.chdir(SERVICE)
    _let_stages_find_python()
    _configure_scm()

    remote = os.environ.get("DVC_REMOTE_URL")
    if not remote:
        return int(dvc(["repro", PIPELINE]))

    dvc(["remote", "add", "-q", "--local", "-f", "-d", "environment", remote])
    failed = dvc(["repro", "--pull", PIPELINE])
    if failed:
        return int(failed)
    return int(dvc(["push", "--run-cache", PIPELINE]))


def _let_stages_find_python() -> None:
    # The stages call `python`: it must be the one that has their packages.
    folder = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([folder, os.environ.get("PATH", "")])


def _configure_scm() -> None:
    # DVC refuses to work outside a Git repository, unless its settings allow it.
    in_repository = any((folder / ".git").exists() for folder in SERVICE.parents)
    if not in_repository:
        dvc(["config", "-q", "--local", "core.no_scm", "true"])


if __name__ == "__main__":
    sys.exit(main())
