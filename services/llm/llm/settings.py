"""Where Ollama is, which models are asked, and how long an answer may take."""

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from service_sdk.errors import BadSetting

DEFAULT_HOST = "http://127.0.0.1:11434"  # where Ollama listens unless told otherwise
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
DEFAULT_MODEL = "llama3.2"
DEFAULT_EMBED_MODEL = "nomic-embed-text"

# Some models never end their answer. The nodes of the ready pipelines wait as long.
DEFAULT_ANSWER_SECONDS = 1800

# Ollama gives no sign while it loads a model, and while it answers other requests.
DEFAULT_SILENCE_SECONDS = 300


@dataclass(frozen=True)
class Choice:
    """The settings; read for each call, so a change counts at once."""

    host: str
    model: str
    embed_model: str
    pull: bool  # whether a missing model may be downloaded
    answer_seconds: float  # for a whole answer
    silence_seconds: float  # between two signs of Ollama

    @property
    def is_local(self) -> bool:
        """Whether Ollama runs on this machine.

        A proxy named in the environment would look for it on its own machine.
        """
        address = self.host if "://" in self.host else f"//{self.host}"
        return urlsplit(address).hostname in LOOPBACK_HOSTS


def choice() -> Choice:
    """What the environment says."""
    return Choice(
        host=os.environ.get("OLLAMA_HOST") or DEFAULT_HOST,
        model=os.environ.get("LLM_MODEL") or DEFAULT_MODEL,
        embed_model=os.environ.get("EMBED_MODEL") or DEFAULT_EMBED_MODEL,
        pull=os.environ.get("LLM_PULL", "") in ("1", "true", "yes"),
        answer_seconds=_seconds("LLM_SECONDS", DEFAULT_ANSWER_SECONDS),
        silence_seconds=_seconds("LLM_SILENCE", DEFAULT_SILENCE_SECONDS),
    )


def _seconds(name: str, default: float) -> float:
    text = os.environ.get(name) or str(default)
    try:
        return float(text)
    except ValueError:
        raise BadSetting(f"{name}={text!r} is not a number of seconds") from None
