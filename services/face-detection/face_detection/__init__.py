"""Finds faces in pictures, offered as a service."""

from face_detection.operations import service

app = service.app
