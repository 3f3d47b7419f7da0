"""Where the engine is, unless a person says otherwise."""

LOOPBACK = "127.0.0.1"
PORT = 8000
"""As in the settings, which are not imported here: help must come at once."""
ENGINE_URL = f"http://{LOOPBACK}:{PORT}"
