"""The log as JSON, one object a line, as engine and services write it."""

from json_lines.lines import JsonLines, about_frame
from json_lines.taking import are_written, take_over

__all__ = ["JsonLines", "about_frame", "are_written", "take_over"]
