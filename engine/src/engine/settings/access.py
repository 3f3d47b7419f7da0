"""Settings: who may do what."""

from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, Field

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
    audit_kept: Span = Field(
        default=timedelta(days=183),
        description="how long it is kept who did what, with AUTH=accounts",
    )
