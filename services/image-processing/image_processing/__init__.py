"""Everyday operations on pictures, offered as a service."""

from image_processing.operations import service

app = service.app
