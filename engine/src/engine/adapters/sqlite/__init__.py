"""State in one SQLite file, for one engine."""
