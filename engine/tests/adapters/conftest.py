"""What calls other machines is tried on the loop of production, too."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest
import uvloop
from engine.adapters.http.outside import HttpOutside
from nats_trials import STEADY, Scene, scene

from ..contracts.peers import WAYS, Way
from .node_requests import reaching

LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
ON_BOTH = {
    "test_nats_server.py",
    "test_outside_broken.py",
    "test_outside_lean.py",
    "test_outside_node_connections.py",
    "test_outside_ways.py",
}


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    if item.path.name in ON_BOTH:
        return LOOPS
    return {"asyncio": asyncio.new_event_loop}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Scene]:
    async with scene(tmp_path) as one:
        yield one


@pytest.fixture
async def steady(tmp_path: Path) -> AsyncIterator[Scene]:
    """Where no replica is missed, however slow the machine is."""
    async with scene(tmp_path, timings=STEADY) as one:
        yield one


@pytest.fixture(params=WAYS, ids=str)
def way(request: pytest.FixtureRequest) -> Way:
    """How `Outside` calls a machine: under which name, and by which client."""
    given: Way = request.param
    return given


@pytest.fixture
def host(way: Way) -> str:
    return way.host


@pytest.fixture
async def outside(way: Way) -> AsyncIterator[HttpOutside]:
    async with reaching(way) as outside:
        yield outside
