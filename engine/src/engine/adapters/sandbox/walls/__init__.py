"""What the kernel takes away from a worker before the first code of an author runs.

`launch` and all that it imports run in the worker's own process, in a bare Python:
these modules import only what starts fast (no typing, no dataclasses, no json).
"""
