"""Short ways to publish into spaces, and to compare what is told to strangers."""

import httpx

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
