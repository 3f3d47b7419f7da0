"""Finds things in pictures, offered as a service."""

from object_detection.operations import service

app = service.app
