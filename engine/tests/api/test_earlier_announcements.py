"""What services announced before they had contracts still makes routes that work.

The files hold what the services of this repository announced: before there were
schemas, and when they told only what goes in.
"""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from .conftest import Ended, Worker

EARLIER = sorted((Path(__file__).parent / "earlier").glob("*.json"))
BODIES = {"llm-search": {"passages": [{"text": "a"}]}}
"""Where the example that was announced lacks something."""
TYPED = {"areas": [[0, 0, 9, 9]], "format": "image/png"}


def request(api: Any) -> dict[str, Any]:
    """What a caller of that time sent."""
    body = api["body"]
    if isinstance(body, dict):
        return {"json": body | BODIES.get(api["route"], {})}

    fields = [body] if isinstance(body, str) else body
    parts = {}
    for field, types in zip(fields, api["bodyType"], strict=True):
        if types == ["application/json"]:
            typed = {field: TYPED[field]} if field in TYPED else {}
            parts[field] = ("", json.dumps(typed), types[0])
        else:
            parts[field] = ("a", "content", types[0])
    return {"files": parts}


@pytest.mark.parametrize("file", EARLIER, ids=[file.stem for file in EARLIER])
async def test_each_earlier_announcement_makes_a_route_that_works(
    client: httpx.AsyncClient, worker: Worker, ended: Ended, file: Path
) -> None:
    announcements = json.loads(file.read_text("utf-8"))
    assert len(announcements) == 16

    for announced in announcements:
        api = announced["api"]
        path = f"/services/{api['route']}"
        answer = await client.post("/services", json=announced | {"url": worker.url})
        assert answer.status_code == 200, answer.text

        started = await client.post(path, **request(api))
        assert started.status_code == 202, (api["route"], started.text)
        target = await worker.called()
        result = await client.post(target, json={"any": ["result"]})
        assert result.status_code == 200, result.text
        status = await ended(started.json()["jobId"])
        assert status["status"] == "finished", status

    document = (await client.get("/openapi.json")).json()
    for announced in announcements:
        shown = document["paths"][f"/services/{announced['api']['route']}"]["post"]
        assert shown["summary"] == announced["api"]["summary"]
