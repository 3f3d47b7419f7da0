"""The engine under test: embedded, and on real servers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import external
import pytest
from documents import SERIES
from playground import Playground, playground

SETS = [
    pytest.param(dict, id="embedded"),
    pytest.param(external.cluster, id="cluster", marks=pytest.mark.external),
]
# for those that look at the disk, or move its clock
EMBEDDED = pytest.mark.parametrize("stores", SETS[:1], indirect=True)


@pytest.fixture(params=SETS)
def stores(request: Any) -> dict[str, str]:
    """The settings that choose the stores, with nothing in them."""
    return request.param()


@pytest.fixture
async def play(stores: dict[str, str], tmp_path: Path) -> AsyncIterator[Playground]:
    async with playground(tmp_path, settings=stores) as play:
        yield play


@pytest.fixture
async def ready(play: Playground) -> Playground:
    """An engine with a pipeline that calls a service, and that service."""
    await play.announce()
    await play.publish(SERIES)
    return play
