"""No call of accounts takes a field that it does not name: nobody assigns themselves
something by sending more."""

from typing import Any

import httpx
import pytest
from engine.api.app import fixed_document
from fastapi import FastAPI

from .conftest import SignIn

Json = Any
WANTED = {
    "administrator": True,
    "is_administrator": True,
    "id": "root",
    "person": "root",
    "owner": "root",
    "roles": {"main": "owner"},
    "groups": ["staff"],
    "scopes": ["manage"],
    "announces": ["*"],
    "revision": 1,
    "created_at": "2020-01-01T00:00:00Z",
    "expires_at": "2099-01-01T00:00:00Z",
    "used_at": "2020-01-01T00:00:00Z",
    "digest": "0" * 64,
    "confirms": "0" * 64,
    "issuer": "https://evil.example",
    "active": True,
    "__proto__": {"administrator": True},
}
VALUES = {"string": "x" * 20, "boolean": True, "integer": 1, "array": []}


def closed_bodies() -> dict[tuple[str, str], Json]:
    """The calls of accounts that take fields, with the schema of these."""
    found = {}
    for path, operations in fixed_document()["paths"].items():
        for method, operation in operations.items():
            if "accounts" not in operation.get("tags", ()):
                continue
            body = operation.get("requestBody")
            if body is not None:
                schema = body["content"]["application/json"]["schema"]
                found[method.upper(), path] = schema
    return found


BODIES = closed_bodies()


def fitting(schema: Json) -> Json:
    """A body that has all fields that are required."""
    return {
        name: field["enum"][0] if "enum" in field else VALUES[field["type"]]
        for name, field in schema["properties"].items()
        if name in schema["required"]
    }


def test_all_calls_of_accounts_that_take_fields_are_closed() -> None:
    assert len(BODIES) >= 16
    for call, schema in BODIES.items():
        assert schema["additionalProperties"] is False, call


@pytest.mark.parametrize("call", BODIES, ids=" ".join)
async def test_a_field_more_is_refused_and_nothing_is_done(
    call: tuple[str, str], app: FastAPI, sign_in: SignIn
) -> None:
    method, template = call
    schema = BODIES[call]
    root: httpx.AsyncClient = await sign_in("root")
    path = template.format(
        id="guest", space="main", route="any", person="guest", token="x"
    )
    before = (await root.get("/people/guest")).json()

    for name, value in WANTED.items():
        if name in schema["properties"]:
            continue
        body = {**fitting(schema), name: value}
        answer = await root.request(method, path, json=body)
        assert answer.status_code == 422, (name, answer.text)
        codes = [one["code"] for one in answer.json()["errors"]]
        assert "unknown-field" in codes

    assert (await root.get("/people/guest")).json() == before
    assert (await root.get("/tokens")).json() == []
