"""What calls other machines is tried on the loop of production, too."""

import asyncio
from collections.abc import Callable, Mapping

import pytest
import uvloop

LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
ON_BOTH = {
    "test_nats_server.py",
    "test_outside_broken.py",
    "test_outside_lean.py",
    "test_outside_ways.py",
}


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    if item.path.name in ON_BOTH:
        return LOOPS
    return {"asyncio": asyncio.new_event_loop}
