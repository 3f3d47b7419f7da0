"""What an engine says about files of pipelines, now that its services are there."""

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

import httpx

from engine.cli.kept_tokens import token_for
from engine.cli.supervisor import Tell
from engine.cli.trouble import fault_line
from engine.program import command

JSON_HEADERS = {"content-type": "application/json"}

PIPELINES = "pipelines"
REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


async def tell_faults(
    files: Sequence[Path], *, http: httpx.AsyncClient, engine: str, tell: Tell
) -> None:
    """Tell of each file what may keep its pipeline from working.

    When they are published at the start, no service is announced yet, so that little
    can be said then. Files that cannot be read were told at that time. Where there are
    accounts the engine is asked with the token that `marketplace login` kept.
    """
    token = token_for(engine)
    headers = {"authorization": f"Bearer {token}"} if token else {}
    for file in files:
        try:
            content = file.read_bytes()
            answer = await http.post(
                f"{engine}/services/validate",
                content=content,
                headers=JSON_HEADERS | headers,
            )
        except (OSError, httpx.TransportError):
            continue
        if answer.status_code in REFUSALS:
            tell(
                PIPELINES,
                "authors see here what may keep pipelines from working: sign in with "
                f"“{command('login')}”",
            )
            return
        if answer.is_success:
            for fault in answer.json():
                tell(file.name, f"{fault['level']}: {fault_line(fault)}")
