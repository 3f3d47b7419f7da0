"""What the tests of the language models share."""

from collections.abc import Iterator

import pytest
from fake_ollama import FakeOllama


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOllama]:
    """The Ollama that the service asks; its models are called `echo`."""
    with FakeOllama() as fake:
        monkeypatch.setenv("OLLAMA_HOST", fake.url)
        monkeypatch.setenv("LLM_MODEL", "echo")
        monkeypatch.setenv("EMBED_MODEL", "echo")
        monkeypatch.delenv("LLM_PULL", raising=False)
        yield fake
