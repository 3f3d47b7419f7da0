"""What an engine says about files of pipelines, now that its services are there."""

from collections.abc import Sequence
from pathlib import Path

import httpx

from engine.cli.supervisor import Tell
from engine.cli.trouble import fault_line

JSON_HEADERS = {"content-type": "application/json"}


async def tell_faults(
    files: Sequence[Path], *, http: httpx.AsyncClient, engine: str, tell: Tell
) -> None:
    """Tell of each file what may keep its pipeline from working.

    When they are published at the start, no service is announced yet, so that little
    can be said then. Files that cannot be read were told at that time.
    """
    for file in files:
        try:
            content = file.read_bytes()
            answer = await http.post(
                f"{engine}/services/validate", content=content, headers=JSON_HEADERS
            )
        except (OSError, httpx.TransportError):
            continue
        if answer.is_success:
            for fault in answer.json():
                tell(file.name, f"{fault['level']}: {fault_line(fault)}")
