"""Adapters, apart from what their ports promise."""
