"""Describes the faces in pictures, offered as a service."""

from face_analyzer.operations import service

app = service.app
