"""Faults on purpose: processes killed, stores away, services that misbehave."""
