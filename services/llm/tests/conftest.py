"""What the tests of the language models share."""

from collections.abc import Iterator

import pytest
from stage_ollama import StageOllama


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Iterator[StageOllama]:
    """The Ollama that the service asks; its models are called `echo`."""
    with StageOllama() as stage:
        monkeypatch.setenv("OLLAMA_HOST", stage.url)
        monkeypatch.setenv("LLM_MODEL", "echo")
        monkeypatch.setenv("EMBED_MODEL", "echo")
        monkeypatch.delenv("LLM_PULL", raising=False)
        yield stage
