"""The documentation shows every live route, as it is called."""

import base64
import hashlib
import re
from typing import Any

import httpx
import pytest
from documents import end, entry, pipeline


async def document(client: httpx.AsyncClient) -> Any:
    return (await client.get("/openapi.json")).json()


async def test_a_route_that_takes_json_shows_its_shape_and_example(
    client: httpx.AsyncClient,
) -> None:
    operation = (await document(client))["paths"]["/services/person"]["post"]

    body = operation["requestBody"]["content"]["application/json"]
    assert operation["summary"] == "Say who"
    assert operation["description"] == "Who you are"
    assert body["example"] == {"name": "Myself", "age": 31}
    assert body["schema"]["required"] == ["name", "age"]
    assert body["schema"]["properties"]["age"]["type"] == "integer"


async def test_a_route_that_takes_files_shows_its_parts_and_their_types(
    client: httpx.AsyncClient,
) -> None:
    operation = (await document(client))["paths"]["/services/photo"]["post"]

    form = operation["requestBody"]["content"]["multipart/form-data"]
    assert form["schema"]["properties"]["image"]["format"] == "binary"
    assert form["schema"]["properties"]["areas"]["type"] == "object"
    assert form["encoding"]["image"]["contentType"] == "image/png, image/jpeg"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (["image/png", "image/jpeg"], "Results: `image/png`, `image/jpeg`"),
        ("image/png", "Results: `image/png`"),
        ({"areas": [[1, 2]]}, 'Results: `{"areas":[[1,2]]}`'),
    ],
)
async def test_what_a_service_gives_is_shown_as_json_has_it(
    client: httpx.AsyncClient, told: Any, shown: str
) -> None:
    api = {"route": "blur", "body": "image", "resultType": told}
    url = "http://127.0.0.1:9/blur"
    await client.post("/services", json={"type": "service", "url": url, "api": api})

    operation = (await document(client))["paths"]["/services/blur"]["post"]

    assert operation["description"] == shown


async def test_every_call_of_the_table_is_documented(
    client: httpx.AsyncClient,
) -> None:
    paths = (await document(client))["paths"]

    documented = {f"{verb} {path}" for path, calls in paths.items() for verb in calls}
    assert documented >= {
        "post /services",
        "get /services",
        "get /services/{route}",
        "delete /services/{route}",
        "post /services/validate",
        "get /tasks",
        "get /tasks/{task}",
        "get /tasks/{task}/status",
        "get /tasks/{task}/raw",
        "get /tasks/{task}/files/{name}",
        "get /tasks/{task}/events",
        "post /tasks/{task}/cancel",
        "delete /tasks/{task}",
        "get /stats",
        "get /healthz",
        "get /readyz",
        "get /metrics",
    }


async def test_each_operation_of_a_route_has_a_name_that_functions_can_have(
    client: httpx.AsyncClient,
) -> None:
    routes = ["face-blur", "face_blur", "face.blur", "Face-Blur", "2d-plot"]
    for route in routes:
        await client.post("/services", json=pipeline(entry("end", route=route), end()))

    paths = (await document(client))["paths"]

    ids = [one["operationId"] for path in paths.values() for one in path.values()]
    assert "run_face_blur" in ids
    assert all(id_.isidentifier() for id_ in ids)
    assert len(set(ids)) == len(ids)


async def test_a_route_comes_and_goes_with_what_offers_it(
    client: httpx.AsyncClient, worker: Any
) -> None:
    before = await document(client)
    await client.delete("/services/work")
    after = await document(client)

    assert "/services/work" in before["paths"]
    assert "/services/work" not in after["paths"]


async def test_every_reference_leads_somewhere(client: httpx.AsyncClient) -> None:
    whole = await document(client)

    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            inner = [r for item in value.values() for r in references(item)]
            return inner + ([value["$ref"]] if "$ref" in value else [])
        if isinstance(value, list):
            return [r for item in value for r in references(item)]
        return []

    found = set(references(whole))
    known = {f"#/components/schemas/{name}" for name in whole["components"]["schemas"]}
    assert found and found <= known


@pytest.mark.parametrize(
    "path",
    ["/docs", "/docs/assets/swagger-ui-bundle.js", "/docs/assets/swagger-ui.css"],
)
async def test_the_page_needs_no_internet(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert answer.status_code == 200
    assert path != "/docs" or "https://" not in answer.text


async def test_the_page_runs_only_its_own_scripts(client: httpx.AsyncClient) -> None:
    answer = await client.get("/docs")

    policy = answer.headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    script = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert rules["script-src"] == f"'self' 'sha256-{digest}'"
    assert rules["default-src"] == rules["base-uri"] == "'none'"
    assert answer.headers.get_list("content-security-policy") == [policy]


async def test_metrics_count_requests_by_template_and_tasks_by_status(
    client: httpx.AsyncClient,
) -> None:
    await client.post("/services/any")
    await client.get("/tasks/x/status")
    await client.get("/nowhere/at/all")

    text = (await client.get("/metrics")).text

    seconds = "marketplace_request_seconds_count"
    post = 'method="POST",route="/services/{route}",status="202"'
    get = 'method="GET",route="/tasks/{task}/status",status="404"'
    assert f"{seconds}{{{post}}} 1.0" in text
    assert f"{seconds}{{{get}}} 1.0" in text
    assert 'route="unmatched"' in text
    assert "nowhere" not in text
    assert 'marketplace_tasks{status="total"} 1.0' in text


async def test_it_says_that_it_lives_and_is_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ready", "missing": {}}
