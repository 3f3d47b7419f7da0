"""Publishes the pipelines of a folder."""

import json
import logging
from pathlib import Path

from engine.domain.errors import EngineError, Unavailable
from engine.usecases.pipelines import Pipelines

log = logging.getLogger(__name__)


async def publish_folder(pipelines: Pipelines, folder: Path) -> None:
    """Publish every pipeline of a folder; one that is broken is logged and left out.

    Raises `Unavailable`: then none of them is known to be published.
    """
    for path in sorted(folder.glob("*.json")):
        try:
            published = await pipelines.publish(json.loads(path.read_bytes()))
            log.info("pipeline %s comes from %s", published.route, path)
        except Unavailable:
            raise
        except (EngineError, ValueError) as error:
            log.error("%s is not published: %s", path, error)
