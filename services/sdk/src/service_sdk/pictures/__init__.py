"""Pictures: the parameter type, and the one place where their files are opened."""
