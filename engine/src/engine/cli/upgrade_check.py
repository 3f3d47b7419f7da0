"""Says what this version would do with stores and settings that are in use."""

import os
from collections.abc import Iterator
from pathlib import Path

from engine.adapters.upkeep import sqlite_state
from engine.adapters.upkeep.findings import Finding, Level
from engine.adapters.upkeep.sqlite import FILE
from engine.cli.backups import read_settings, told
from engine.cli.doctor import shown_all, unknown_settings
from engine.cli.store_health import secrets
from engine.cli.trouble import console
from engine.program import version
from engine.settings import Settings


def upgrade_check(data: Path | None) -> bool:
    """Show all findings; False if something has to be done first."""
    settings = read_settings(data)
    with told():
        return shown_all(findings(settings), console())


def findings(settings: Settings) -> Iterator[Finding]:
    """What there is to say, of what is there now; nothing is changed."""
    yield Finding(Level.TOLD, f"this engine is {version()}")
    yield from unknown_settings(os.environ)

    if settings.mongo_url:
        from engine.adapters.upkeep import mongo_state

        yield from mongo_state.look(settings.mongo_url)
    else:
        yield from sqlite_state.look(settings.data_dir / FILE)

    yield secrets(settings)
