"""Short ways to publish into spaces, and to compare what is told to strangers."""

from typing import Any

import httpx
from documents import end, service, starting_with

from ..conftest import echo

SERVICE = {"type": "service", "url": "http://127.0.0.1:9", "api": {"route": "blur"}}


async def publish(browser: httpx.AsyncClient, route: str, **query: str) -> int:
    document = echo(route, body={})
    answer = await browser.post("/services", json=document, params=query)
    return answer.status_code


def same_answer(one: httpx.Response, other: httpx.Response, **names: str) -> bool:
    """Whether both are not there, in the same words: `names` are those that differ."""
    text = one.text
    for seen, absent in names.items():
        text = text.replace(seen, absent)
    return one.status_code == other.status_code == 404 and text == other.text


def calling(route: str, called: str) -> dict[str, Any]:
    """A pipeline that calls another route."""
    return starting_with(service("call", "end", service=called), end(), route=route)
