"""Each service has a ScaledObject that asks for the runs of all its routes."""

import re
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # has no types

from deploy.commands import ROOT
from deploy.images import services

FILE = ROOT / "kubernetes/overlays/keda/scaled-objects.yaml"
OBJECTS: list[dict[str, Any]] = [
    one for one in yaml.safe_load_all(FILE.read_text("utf-8")) if one
]
ROUTE = re.compile(r'^@service\.operation\(\s*route="([^"]+)"', re.MULTILINE)


def routes_of(name: str) -> set[str]:
    """The routes that the code of a service names."""
    folder = ROOT / "services" / name / name.replace("-", "_")
    module = folder.with_suffix(".py")
    files = [module] if module.exists() else sorted(folder.glob("*.py"))
    return {found for file in files for found in ROUTE.findall(file.read_text("utf-8"))}


@pytest.mark.parametrize("name", services())
def test_a_service_wakes_for_each_of_its_routes(name: str) -> None:
    (one,) = [o for o in OBJECTS if o["metadata"]["name"] == f"service-{name}"]
    (trigger,) = one["spec"]["triggers"]

    query = trigger["metadata"]["query"]
    asked = re.fullmatch(r'sum\(marketplace_waiting_runs\{service=~"(.+)"\}\)', query)

    assert asked and set(asked[1].split("|")) == routes_of(name)
    assert one["spec"]["scaleTargetRef"]["name"] == one["metadata"]["name"]


def test_no_other_service_has_one() -> None:
    assert len(OBJECTS) == len(services())
