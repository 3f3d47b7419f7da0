"""The settings of AUTH=oidc: the provider, and what its groups give."""

import ipaddress
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, Field

from engine.domain.access.provided import GroupMap
from engine.settings.values import Words, words


def is_safe_address(url: str) -> bool:
    """Whether nobody on the way can read or change what goes there.

    >>> is_safe_address("https://a.example/x"), is_safe_address("http://a.example/x")
    (True, False)
    >>> is_safe_address("http://127.0.0.1:8080/realms/school")
    True
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_here(host))


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _address(value: Any) -> Any:
    if value and not is_safe_address(str(value)):
        raise ValueError("it is no https address; http is for this machine alone")
    return value


def _inner_address(value: Any) -> Any:
    """An address for the engine alone: the operator knows whether http is safe."""
    parts = urlsplit(str(value))
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("it is no address like http://keycloak:8080/realms/school")
    return value


def _entries(value: Any) -> Any:
    """Words, each of which maps a group to a role."""
    entries = words(value)
    GroupMap.parse(entries, ())
    return entries


Entries = Annotated[tuple[str, ...], BeforeValidator(_entries)]
Address = Annotated[str, BeforeValidator(_address)]
InnerAddress = Annotated[str, BeforeValidator(_inner_address)]


class OidcSettings(BaseModel):
    """Each field is the environment variable of its name in capitals."""

    oidc_issuer: Address = Field(
        default="",
        description="with AUTH=oidc: the provider, as it calls itself: "
        "https://id.example/realms/school",
    )
    oidc_reached_at: InnerAddress = Field(
        default="",
        description="where the engine itself reaches the provider, if browsers reach "
        "it by another way: http://keycloak:8080/realms/school. By http only in a "
        "network where nobody can listen; default: OIDC_ISSUER",
    )
    oidc_client_id: str = Field(
        default="", description="as which the provider knows the engine"
    )
    oidc_client_secret: str = Field(
        default="",
        repr=False,
        description="its secret; default: none, the client is public",
    )
    oidc_administrators: Words = Field(
        default=(), description="groups whose people are administrators"
    )
    oidc_groups: Entries = Field(
        default=(),
        description="what groups give, GROUP=SPACE:ROLE: teachers=main:author, …",
    )
    oidc_groups_claim: str = Field(
        default="groups",
        min_length=1,
        description="the claim with the groups of a person; a.b is b in a",
    )
    oidc_audience: str = Field(
        default="",
        description="`aud` that access tokens must have; default: OIDC_CLIENT_ID",
    )
    oidc_redirect_url: Address = Field(
        default="",
        description="where the provider sends people back to: the address under which "
        "they reach the engine, and /oidc/callback; default: from PUBLIC_URL",
    )

    def oidc_fault(self) -> str | None:
        """What is missing for AUTH=oidc; None: nothing."""
        for name in ("oidc_issuer", "oidc_client_id"):
            if not getattr(self, name):
                return f"{name.upper()}: AUTH=oidc needs it"
        if not self.oidc_administrators:
            return (
                "OIDC_ADMINISTRATORS: with AUTH=oidc administrators are people of a "
                "group; name it"
            )
        return None

    @property
    def group_map(self) -> GroupMap:
        """What groups give."""
        return GroupMap.parse(self.oidc_groups, self.oidc_administrators)
