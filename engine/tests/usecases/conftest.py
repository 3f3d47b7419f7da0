"""The engine under test: embedded, and on real servers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import external
import pytest
from playground import Playground, playground

SETS = [
    pytest.param(dict, id="embedded"),
    pytest.param(external.cluster, id="cluster", marks=pytest.mark.external),
]
# for those that look at the disk, or move its clock
EMBEDDED = pytest.mark.parametrize("play", SETS[:1], indirect=True)


@pytest.fixture(params=SETS)
async def play(request: Any, tmp_path: Path) -> AsyncIterator[Playground]:
    async with playground(tmp_path, settings=request.param()) as play:
        yield play
