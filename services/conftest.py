"""Lets the tests of every service import its module, all in one run."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from service_sdk.testing import Kit

SERVICES = Path(__file__).parent

for folder in SERVICES.glob("*/"):
    sys.path[:0] = [str(folder), str(folder / "tests")]

# For what the tests of several services share: real_engine, peak_memory, tiny_onnx.
sys.path.insert(0, str(SERVICES))


@pytest.fixture(scope="module")
def kit(request: pytest.FixtureRequest) -> Iterator[Kit]:
    """The `app` that the test module imports, running with a fake engine."""
    with Kit(request.module.app) as running:
        yield running
