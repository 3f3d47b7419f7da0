"""What the engine that listens where the settings say tells of itself."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from engine.adapters.upkeep.findings import Finding, Level
from engine.cli.kept_tokens import TOKEN_VARIABLE
from engine.program import version
from engine.settings import Settings

ANSWER_SECONDS = 5
"""For an engine on the same machine that has much to do."""

WAITING = "marketplace_waiting_runs"
INSTANCES = "marketplace_service_instances"
OLDEST = "marketplace_oldest_waiting_seconds"

LONG_SECONDS = 300.0
"""An attempt may take as long by default (TIMEOUT)."""

Figures = Mapping[str, Mapping[str, float]]
"""By figure and service."""


def health(settings: Settings) -> dict[str, Any]:
    """What it says of its stores; empty if no engine answers."""
    try:
        said = _get(settings, "/readyz").json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return {}
    return said if isinstance(said, dict) and "missing" in said else {}


def engine_at(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Its version, and the services that tasks wait for; nothing if there is none."""
    if not health(settings):
        return

    try:
        about = _get(settings, "/about").json()
        yield _version(str(about.get("version")))

        token = environment.get(TOKEN_VARIABLE, "")
        answer = _get(settings, "/metrics", token)
    except (httpx.HTTPError, ValueError) as error:
        yield Finding(Level.WEAK, f"the engine does not say how it does: {error}")
        return

    if not answer.is_success:
        yield Finding(
            Level.TOLD,
            "the engine does not tell everybody what waits for services",
            f"set {TOKEN_VARIABLE} to a token of an administrator: marketplace tokens",
        )
        return
    yield from waiting(figures_in(answer.text))


def _version(running: str) -> Finding:
    if running == version():
        return Finding(Level.GOOD, f"the engine that runs is {running}, as this one")
    return Finding(
        Level.WEAK,
        f"the engine that runs is {running}, and this one is {version()}",
        "start it again to use this version: docs/how-to/upgrade.md",
    )


def figures_in(text: str) -> Figures:
    """The figures of services among all that an engine tells."""
    found: dict[str, dict[str, float]] = {WAITING: {}, INSTANCES: {}, OLDEST: {}}
    for family in text_string_to_metric_families(text):
        if family.name in found:
            for sample in family.samples:
                found[family.name][sample.labels["service"]] = sample.value
    return found


def waiting(figures: Figures) -> Iterator[Finding]:
    """Services for which tasks wait: nobody announces them, or they do not keep up."""
    in_trouble = False
    for service, runs in sorted(figures[WAITING].items()):
        if not runs:
            continue

        if not figures[INSTANCES].get(service):
            in_trouble = True
            yield Finding(
                Level.WEAK,
                f"{runs:.0f} runs wait for “{service}”, which no service announces",
                "start that service with the ENGINE_URL of this engine; or cancel its "
                "tasks: marketplace tasks",
            )
        elif figures[OLDEST].get(service, 0) > LONG_SECONDS:
            in_trouble = True
            minutes = figures[OLDEST][service] / 60
            yield Finding(
                Level.WEAK,
                f"{runs:.0f} runs wait for “{service}”, the first for {minutes:.0f} "
                "minutes",
                "look at its log, or start more instances of it",
            )

    if not in_trouble:
        yield Finding(Level.GOOD, "no task waits for a service that is not there")


def _get(settings: Settings, path: str, token: str | None = None) -> httpx.Response:
    # One that listens at all addresses is reached by the loopback one.
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(  # nosec B104  # it asks only
        settings.host, settings.host
    )
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return httpx.get(
        f"http://{host}:{settings.port}{path}",
        headers=headers,
        timeout=ANSWER_SECONDS,
        trust_env=False,
    )
