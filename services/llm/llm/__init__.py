"""Language models behind Ollama, offered as a service."""

from llm.operations import service

app = service.app
