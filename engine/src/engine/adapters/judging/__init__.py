"""Judges data in a process that can be killed."""
