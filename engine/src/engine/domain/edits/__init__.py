"""Edits of documents that programs make: by syntax and scope, never by text."""
