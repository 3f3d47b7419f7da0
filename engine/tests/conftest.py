"""What all tests of the engine share."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "external: needs MongoDB, S3 or NATS")
