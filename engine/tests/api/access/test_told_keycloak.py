"""The how-to says step by step what the realm has that is tried at a real Keycloak."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs/how-to/accounts.md").read_text("utf-8")
STEPS = PAGE.partition("### With Keycloak, step by step")[2].partition("\n### ")[0]
REALM = json.loads((ROOT / "servers/keycloak-realm.json").read_text("utf-8"))
(CLIENT,) = [one for one in REALM["clients"] if one["clientId"] == "marketplace"]
MAPPERS = {one["name"]: one["config"] for one in CLIENT["protocolMappers"]}
ATTRIBUTES = CLIENT["attributes"]

SAID: dict[str, tuple[Any, Any]] = {
    "client ID `marketplace`": (CLIENT["clientId"], "marketplace"),
    "*Client authentication* on": (CLIENT["publicClient"], False),
    "*Standard flow* alone": (
        (CLIENT["standardFlowEnabled"], CLIENT["directAccessGrantsEnabled"]),
        (True, False),
    ),
    "*Proof Key for Code Exchange Code Challenge Method* `S256`": (
        ATTRIBUTES["pkce.code.challenge.method"],
        "S256",
    ),
    "*Front channel logout* off": (CLIENT["frontchannelLogout"], False),
    "*Backchannel logout session required* on": (
        ATTRIBUTES["backchannel.logout.session.required"],
        "true",
    ),
    "token claim name `groups`": (MAPPERS["groups"]["claim.name"], "groups"),
    "*Full group path* off": (MAPPERS["groups"]["full.path"], "false"),
    "on in the ID token and in the access token": (
        (
            MAPPERS["groups"]["id.token.claim"],
            MAPPERS["groups"]["access.token.claim"],
        ),
        ("true", "true"),
    ),
}
"""What a step says, what the realm has, and what it must have."""


@pytest.mark.parametrize("words", SAID, ids=lambda words: re.sub(r"\W+", "-", words))
def test_a_step_says_what_the_realm_has(words: str) -> None:
    has, must_have = SAID[words]

    assert words in STEPS
    assert has == must_have


def test_the_steps_name_the_groups_of_the_realm() -> None:
    groups = [one["name"] for one in REALM["groups"]]

    assert ", ".join(f"`{name}`" for name in groups) in STEPS
