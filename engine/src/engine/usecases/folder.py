"""Publishes the pipelines of a folder."""

import logging
from dataclasses import dataclass
from pathlib import Path

from engine.domain.errors import EngineError, NotReplaced, TooMuch, Unavailable
from engine.domain.strict_json import parse
from engine.domain.values import Json
from engine.ports import FROM_FOLDER
from engine.program import DEFAULT_ENGINE, command
from engine.usecases.pipelines import Pipelines

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineFolder:
    """A folder of pipelines, and how large the documents in it may be."""

    path: Path
    max_bytes: int
    """Of one file."""
    json_depth: int
    json_values: int
    address: str = DEFAULT_ENGINE
    """The engine's own, for the command that takes a file all the same."""

    def read(self, path: Path) -> Json:
        """A document, read as one that is sent; raises `EngineError`, `OSError`."""
        if path.stat().st_size > self.max_bytes:
            raise TooMuch("the file", self.max_bytes, setting="MAX_PIPELINE")
        return parse(path.read_bytes(), self)


async def publish_folder(pipelines: Pipelines, folder: PipelineFolder) -> None:
    """Publish every pipeline of a folder; one that is broken is logged and left out.

    So is one whose route has a version that people published: the folder replaces only
    what it has published itself.

    Raises `Unavailable`: then none of them is known to be published.
    """
    for path in sorted(folder.path.glob("*.json")):
        try:
            published, _ = await pipelines.publish(folder.read(path), FROM_FOLDER)
            log.info("pipeline %s comes from %s", published.route, path)
        except Unavailable:
            raise
        except NotReplaced as kept:
            log.warning(
                "%s is left out: %s; to take the file, run: %s",
                path,
                kept,
                command("push", str(path), engine=folder.address),
            )
        except (EngineError, OSError) as error:
            log.error("%s is not published: %s", path, error)
