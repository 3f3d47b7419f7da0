"""The operator's settings, read from the environment once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, ValidationError

from engine.domain.checks.words import parameter_said
from engine.settings.access import AccessSettings
from engine.settings.addresses import is_loopback, without_password
from engine.settings.bounds import LimitSettings, TaskSettings
from engine.settings.oidc import OidcSettings, is_safe_address
from engine.settings.places import (
    CallSettings,
    ListeningSettings,
    StoreSettings,
    TraceSettings,
)

IN_A_FILE = "_FILE"
"""SECRET_FILE names a file that holds SECRET: a container is given secrets so."""


class BadSettings(Exception):
    """Settings that cannot be used; says which and why."""


# Pydantic takes the fields of the last base first: so they stand in the documentation
# from where the engine listens to what bounds its connections.
class Settings(
    LimitSettings,
    TaskSettings,
    CallSettings,
    TraceSettings,
    StoreSettings,
    OidcSettings,
    AccessSettings,
    ListeningSettings,
):
    """Each field is the environment variable of its name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str], **given: Any
    ) -> "Settings":
        """Read the variables that are set; `given` wins. Raises `BadSettings`."""
        found: dict[str, Any] = {}
        for name in cls.model_fields:
            variable = name.upper()
            if variable in environment:
                found[name] = environment[variable]
            elif variable + IN_A_FILE in environment:
                found[name] = _read(variable + IN_A_FILE, environment)

        try:
            settings = cls.model_validate(found | given)
        except ValidationError as error:
            faults = [f"{str(e['loc'][0]).upper()}: {_said(e)}" for e in error.errors()]
            raise BadSettings("; ".join(faults)) from None

        settings.check_host()
        settings.check_provider()
        settings.check_stores()
        return settings

    def check_host(self) -> None:
        """Raises `BadSettings` if other machines reach the engine by accident."""
        if not self.allow_remote and not is_loopback(self.host):
            raise BadSettings(
                f"HOST: {self.host} can be reached from other machines; set "
                "ALLOW_REMOTE=1 and AUTH=accounts if that is what you want"
            )
        if (
            self.allow_remote
            and self.auth == "off"
            and not self.i_know_there_are_no_accounts
        ):
            raise BadSettings(
                "ALLOW_REMOTE: with AUTH=off anyone who reaches the port can do "
                "everything; set AUTH=accounts, or I_KNOW_THERE_ARE_NO_ACCOUNTS=1"
            )

    def check_provider(self) -> None:
        """Raises `BadSettings` if people could not sign in, or not safely."""
        if self.auth != "oidc":
            return
        fault = self.oidc_fault()
        if fault:
            raise BadSettings(fault)
        if not is_safe_address(self.oidc_back):
            raise BadSettings(
                f"OIDC_REDIRECT_URL: {self.oidc_back} is no https address, by which "
                "people could come back from the provider; set it"
            )

    def check_stores(self) -> None:
        """Raises `BadSettings` if replicas could not work together."""
        if self.mongo_url and not self.secret:
            raise BadSettings(
                "SECRET: all engines at MONGO_URL need the same key; make one with "
                "`openssl rand -hex 32` and give it to each of them"
            )
        if self.nats_url and not self.mongo_url:
            raise BadSettings("NATS_URL: replicas share their state: set MONGO_URL too")
        if self.nats_url and not self.s3_url:
            raise BadSettings("NATS_URL: replicas share binaries: set S3_URL too")

    @property
    def kept_in(self) -> str:
        """Where the stores are, in words, without passwords."""
        urls = (self.mongo_url, self.s3_url, self.nats_url)
        shared = [without_password(url) for url in urls if url]
        return ", ".join(shared) or str(self.data_dir.resolve())

    @property
    def url(self) -> str:
        """Where services reach this engine."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def oidc_back(self) -> str:
        """Where people come back to from the provider.

        It is never made of what a request says of its host.
        """
        return self.oidc_redirect_url or f"{self.url.rstrip('/')}/oidc/callback"


def _read(variable: str, environment: Mapping[str, str]) -> str:
    """What a file holds, without the end of its line; raises `BadSettings`."""
    try:
        return Path(environment[variable]).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f"{variable}: {error}") from None


def _said(error: Any) -> str:
    """What pydantic finds wrong with a setting, in words for an operator."""
    if error["type"] == "value_error":
        # It was found by this module, in its own words.
        return str(error["ctx"]["error"])
    return parameter_said(error)
