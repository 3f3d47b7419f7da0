"""Blobs in a folder of this machine."""
