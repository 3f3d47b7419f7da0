"""Makes an account without an engine: in the stores that the settings name."""

import asyncio
import os
from contextlib import AbstractAsyncContextManager, AsyncExitStack

from engine.adapters.choice import chosen
from engine.adapters.shared.instants import utc_now
from engine.bootstrap import accounts
from engine.cli.trouble import Trouble
from engine.domain.access.roles import Role
from engine.domain.errors import EngineError, InvalidInput
from engine.settings import BadSettings, Settings


def add_here(
    name: str, password: str, administrator: bool = False, role: str | None = None
) -> None:
    """Add a person; raises `Trouble`."""
    try:
        settings = Settings.from_environment(os.environ, auth="accounts")
        known = Role(role) if role is not None else None
    except (BadSettings, ValueError) as error:
        raise Trouble(str(error)) from None

    try:
        asyncio.run(_add(settings, name, password, administrator, known))
    except InvalidInput as error:
        raise Trouble(
            str(error), faults=[fault.to_json() for fault in error.faults]
        ) from None
    except EngineError as error:
        raise Trouble(str(error)) from None


async def _add(
    settings: Settings,
    name: str,
    password: str,
    administrator: bool,
    role: Role | None,
) -> None:
    adapters = chosen(settings)
    made = accounts(settings, adapters, utc_now)
    assert made is not None  # nosec B101 # the settings say so above

    async with AsyncExitStack() as stack:
        # Of all stores only the one that people are kept in.
        database = adapters.opened[0]
        assert isinstance(database, AbstractAsyncContextManager)  # nosec B101 # as both
        await stack.enter_async_context(database)
        await made.people.add(name, password, is_administrator=administrator, role=role)
