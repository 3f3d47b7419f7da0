"""What all tests of the engine share."""

import os

import external
from hypothesis import settings

# busy machines are slow; CI judges a change, so it draws the same examples each time
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_unconfigure() -> None:
    external.end()
