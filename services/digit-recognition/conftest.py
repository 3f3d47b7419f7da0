"""Gives each test a store of models of its own, and a service that uses it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from digit_recognition import app
from digits.stores import Folder
from service_sdk.testing import Kit

# Only the environment of training has the packages that these import.
HEAVY = ("__main__", "evaluate", "export", "promote", "registry", "rollback", "train")
collect_ignore = [f"training/{name}.py" for name in HEAVY]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """An empty store, which the service uses."""
    monkeypatch.setenv("DIGIT_MODELS", str(tmp_path / "models"))
    return Folder(tmp_path / "models")


@pytest.fixture
def kit(store: Folder) -> Iterator[Kit]:
    """The service beside a fake engine."""
    with Kit(app) as running:
        yield running
