"""The command line `marketplace`."""


def main() -> None:
    """Do what the arguments say."""
    from engine.cli.commands import app  # late: a tethered process needs none of it

    app()
