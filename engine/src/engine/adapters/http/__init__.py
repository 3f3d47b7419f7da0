"""HTTP to other machines: services, the interfaces of `http` nodes, callers."""
