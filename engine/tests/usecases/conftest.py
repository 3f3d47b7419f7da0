"""The engine under test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playground import Playground, playground


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Playground]:
    async with playground(tmp_path) as play:
        yield play
