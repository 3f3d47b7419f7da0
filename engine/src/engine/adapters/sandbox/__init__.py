"""The code of authors, run in sandboxed worker processes."""
