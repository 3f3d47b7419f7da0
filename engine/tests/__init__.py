"""Tests of the engine; a package, so that they do not hide the engine itself."""
