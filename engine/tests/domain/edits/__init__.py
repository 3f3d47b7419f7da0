"""Tests of engine.domain.checks."""
