"""Attacks on a running engine, with figures: memory, stall, delay of other tasks."""
