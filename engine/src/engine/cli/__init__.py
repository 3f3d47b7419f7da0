"""The command line `marketplace`."""


def main() -> None:
    """Run the command that the arguments name."""
    # Imported here: `end_with_parent` is in this package too, and a process that it
    # starts needs none of the commands.
    from engine.cli.commands import app

    app()
