"""Settings: who may do what."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, Field

from engine.domain.access.limits import Limits, Whose
from engine.settings.values import Secret, Span


class AccessSettings(BaseModel):
    """How people and services show who they are, and for how long that holds."""

    auth: Literal["off", "accounts", "oidc"] = Field(
        default="off",
        description="off: everything is done by one person; accounts: people sign in "
        "here; oidc: people sign in at OIDC_ISSUER",
    )
    service_token: Secret = Field(
        default="",
        description="with AUTH=accounts: services that send it (their ENGINE_TOKEN) "
        "may announce themselves under any route; 32 characters at least",
    )
    session_idle: Span = Field(
        default=timedelta(hours=12),
        description="a session ends when it is not used for so long",
    )
    session_end: Span = Field(
        default=timedelta(days=7), description="a session ends after so long"
    )
    # An engine takes about 5,000 calls at once, and a running task has one or more.
    max_person_running: int = Field(
        default=10_000,
        ge=0,
        description="tasks of one person that run at the same time, those that they "
        "called included; 0: no limit",
    )
    max_space_running: int = Field(
        default=50_000, ge=0, description="the same, of one space"
    )
    # A hundred in a second. A replica starts some hundreds, for everybody together.
    max_person_starts: int = Field(
        default=6_000,
        ge=0,
        description="tasks that one person may start in a minute, at all replicas "
        "together; 0: no limit",
    )
    max_space_starts: int = Field(
        default=20_000, ge=0, description="the same, of one space"
    )
    # Twenty such people fill a disk of a terabyte.
    max_person_bytes: int = Field(
        default=50 << 30,
        ge=0,
        description="bytes of the tasks of one person, binaries included, until they "
        "are erased; 0: no limit",
    )
    max_space_bytes: int = Field(
        default=500 << 30, ge=0, description="the same, of one space"
    )

    audit_kept: Span = Field(
        default=timedelta(days=183),
        description="how long it is kept who did what, with AUTH=accounts",
    )

    def limits(self) -> Mapping[Whose, Limits]:
        """How much people and spaces may take."""
        return {
            Whose.PERSON: Limits(
                running=self.max_person_running,
                starts=self.max_person_starts,
                bytes=self.max_person_bytes,
            ),
            Whose.SPACE: Limits(
                running=self.max_space_running,
                starts=self.max_space_starts,
                bytes=self.max_space_bytes,
            ),
        }
