"""Contracts: what the schemas of a route say, and whether values keep to it."""
