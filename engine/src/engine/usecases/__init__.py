"""What people can ask of the engine: one module a subject."""
