"""Everything that can be asked of accounts, in one place."""

from dataclasses import dataclass

from engine.usecases.access.at_provider import AtProvider
from engine.usecases.access.audit import Audit
from engine.usecases.access.credentials import Credentials
from engine.usecases.access.device_logins import DeviceLogins
from engine.usecases.access.groups import Groups
from engine.usecases.access.people import People
from engine.usecases.access.signing_in import SigningIn
from engine.usecases.access.spaces import Spaces


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """People, what stands for them, and how they sign in."""

    people: People
    credentials: Credentials
    signing_in: SigningIn
    device_logins: DeviceLogins
    audit: Audit
    groups: Groups
    spaces: Spaces
    at_provider: AtProvider | None = None
    """Where people sign in; None: here, with passwords."""

    async def welcome(self) -> None:
        """Print where the first administrator is made, if people sign in here."""
        if self.at_provider is None:
            await self.signing_in.welcome()
