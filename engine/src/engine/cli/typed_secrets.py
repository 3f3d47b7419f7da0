"""Passwords and tokens that a person types."""

import typer


def typed_secret(what: str, *, twice: bool = False) -> str:
    """What is typed unseen, or comes from standard input.

    It is no argument: those are seen by all users of a machine, and kept by the shell.
    """
    import sys

    if sys.stdin.isatty():
        typed: str = typer.prompt(
            what, hide_input=True, err=True, confirmation_prompt=twice
        )
        return typed.strip()
    return sys.stdin.readline().strip()
