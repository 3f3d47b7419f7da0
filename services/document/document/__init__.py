"""Reads documents and cuts their text into passages, offered as a service."""

from document.operations import service

app = service.app
