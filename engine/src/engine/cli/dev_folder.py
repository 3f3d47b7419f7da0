"""What lies in the folder of `marketplace dev`: services, and pipelines."""

import json
from collections.abc import Sequence
from pathlib import Path

from engine.cli.stack import is_service

PIPELINE = "pipeline"


class DevFolder:
    """A folder with services and pipelines, looked at anew each time it is asked.

    Services are the folders in `services/`, or in the folder itself; a folder can also
    be one service. Pipelines are the JSON files in `pipelines/`, or in the folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()

    @property
    def _services(self) -> Path:
        inner = self.path / "services"
        return inner if inner.is_dir() else self.path

    @property
    def pipelines_folder(self) -> Path:
        """Where pipelines are."""
        inner = self.path / "pipelines"
        return inner if inner.is_dir() else self.path

    @property
    def watched(self) -> Sequence[Path]:
        """The folders of which every change is wanted."""
        # Not more than needed: each folder in them is watched by itself, and there may
        # be thousands in the environment of a project.
        folders = {self._services, self.pipelines_folder}
        return [self.path] if self.path in folders else sorted(folders)

    def services(self) -> dict[str, Path]:
        """The folders of services, by name."""
        if is_service(self.path):
            return {self.path.name: self.path}
        paths = sorted(path for path in self._services.glob("*/"))
        return {path.name: path for path in paths if is_service(path)}

    def pipelines(self) -> Sequence[Path]:
        """The files that hold pipelines."""
        paths = sorted(self.pipelines_folder.glob("*.json"))
        return [path for path in paths if self.may_be_pipeline(path)]

    def may_be_pipeline(self, path: Path) -> bool:
        """Whether a file is meant to be a pipeline, perhaps one that cannot be read."""
        if path.suffix != ".json" or path.parent != self.pipelines_folder:
            return False
        # Beside services there may be JSON of any kind.
        if self.pipelines_folder != self.path:
            return True
        try:
            document = json.loads(path.read_bytes())
        except (OSError, ValueError):
            return False
        return isinstance(document, dict) and document.get("type") == PIPELINE
