"""`marketplace backup`, `restore-backup`, `upgrade-check`: stores, and no engine."""

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.options import Data

group = typer.Typer(rich_markup_mode=None)


@group.command()
def backup(
    folder: Annotated[
        Path, typer.Argument(help="The backup gets a folder of its own in this one.")
    ],
    data: Data = None,
    keep: Annotated[
        int | None,
        typer.Option(min=1, help="Then remove all but the last so many."),
    ] = None,
    with_secret: Annotated[
        bool,
        typer.Option(
            "--with-secret",
            help="Also the key in DATA_DIR: who has the backup has the secrets.",
        ),
    ] = False,
) -> None:
    """Copy everything an engine keeps; it may go on working meanwhile.

    Which stores these are is said by the settings of the engine.
    """
    from engine.cli import backups

    backups.back_up(folder, data=data, keep=keep, with_secret=with_secret)


@group.command("restore-backup")
def restore_backup(
    folder: Annotated[Path, typer.Argument(help="The folder of one backup.")],
    data: Data = None,
    last: Annotated[
        bool, typer.Option("--last", help="The last one of those in FOLDER.")
    ] = False,
) -> None:
    """Bring a backup into empty stores, before an engine is started on them."""
    from engine.cli import backups

    backups.restore(folder, data=data, last=last)


@group.command("upgrade-check")
def check_upgrade(data: Data = None) -> None:
    """Say what this version would do with the stores in use, and what to do before.

    Call it with the new version and the settings of the engines that run. It changes
    nothing.
    """
    from engine.cli.upgrade_check import upgrade_check

    if not upgrade_check(data):
        raise typer.Exit(1)
