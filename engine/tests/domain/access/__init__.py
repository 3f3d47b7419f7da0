"""Tests of engine.domain.access."""
