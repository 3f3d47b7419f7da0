"""Who is let in from other namespaces, as the policies of Kubernetes say it."""

from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # has no types

from deploy.commands import ROOT

FILE = ROOT / "kubernetes" / "base" / "network.yaml"
POLICIES: dict[str, dict[str, Any]] = {
    one["metadata"]["name"]: one["spec"]
    for one in yaml.safe_load_all(FILE.read_text("utf-8"))
}


@pytest.mark.parametrize(
    ("policy", "label"),
    [
        ("engine", {"marketplace.reaches": "engine"}),
        ("services", {"marketplace.watches": "services"}),
    ],
)
def test_each_of_the_two_has_a_label_of_its_own(
    policy: str, label: dict[str, str]
) -> None:
    (rule,) = POLICIES[policy]["ingress"]

    others = [one for one in rule["from"] if "namespaceSelector" in one]

    assert others == [{"namespaceSelector": {"matchLabels": label}}]
    assert rule["ports"] == [{"port": "http"}]


def test_what_no_policy_names_is_kept_out() -> None:
    assert POLICIES["nothing-comes-in"] == {
        "podSelector": {},
        "policyTypes": ["Ingress"],
    }
