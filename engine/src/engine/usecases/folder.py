"""Publishes the pipelines of a folder."""

import json
import logging
from pathlib import Path

from engine.domain.errors import EngineError, TooMuch, Unavailable
from engine.usecases.pipelines import Pipelines

log = logging.getLogger(__name__)


async def publish_folder(pipelines: Pipelines, folder: Path, max_bytes: int) -> None:
    """Publish every pipeline of a folder; one that is broken is logged and left out.

    So is one whose file is larger than `max_bytes`.

    Raises `Unavailable`: then none of them is known to be published.
    """
    for path in sorted(folder.glob("*.json")):
        try:
            if path.stat().st_size > max_bytes:
                raise TooMuch("the file", max_bytes, setting="MAX_PIPELINE")
            published = await pipelines.publish(json.loads(path.read_bytes()))
            log.info("pipeline %s comes from %s", published.route, path)
        except Unavailable:
            raise
        except (EngineError, ValueError) as error:
            log.error("%s is not published: %s", path, error)
