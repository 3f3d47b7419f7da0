"""Where Ollama is, which models are asked, and how long anybody waits."""

import os
from dataclasses import dataclass

from service_sdk.errors import BadSetting


@dataclass(frozen=True)
class Choice:
    """Read anew for every call: whoever operates sees a change at once."""

    host: str
    model: str
    embed_model: str
    pull: bool
    seconds: float
    silence: float


def choice() -> Choice:
    """What the environment says."""
    return Choice(
        host=os.environ.get("OLLAMA_HOST") or "http://127.0.0.1:11434",
        model=os.environ.get("LLM_MODEL") or "llama3.2",
        embed_model=os.environ.get("EMBED_MODEL") or "nomic-embed-text",
        pull=os.environ.get("LLM_PULL", "") in ("1", "true", "yes"),
        seconds=_number("LLM_SECONDS", 1800),
        silence=_number("LLM_SILENCE", 300),
    )


def _number(name: str, default: float) -> float:
    text = os.environ.get(name) or str(default)
    try:
        return float(text)
    except ValueError:
        raise BadSetting(f"{name}={text!r} is no number of seconds") from None
