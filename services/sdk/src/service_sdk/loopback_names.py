"""The names under which a program reaches its own machine."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""As they stand in a URL or in a Host header."""
