"""Rules, dashboards and the runbook speak of figures that the engine tells."""

import json
import re
from pathlib import Path

import httpx
import pytest
from engine.api.figures import DiskFigures
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from deploy.watch.dashboards import DASHBOARDS, FOLDER, text

ROOT = Path(__file__).parents[3]
RULES = (ROOT / "deploy/watch/rules.yaml").read_text("utf-8")
RUNBOOK = (ROOT / "docs/how-to/runbook.md").read_text("utf-8")
NAME = re.compile(r"\bmarketplace_\w+")
ALERT = re.compile(r"alert: (\w+)")
SUFFIXES = ("_bucket", "_count", "_sum", "_total")


def family(name: str) -> str:
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def names(shown: str) -> set[str]:
    return {family(name) for name in NAME.findall(shown)}


async def told(app: FastAPI, client: httpx.AsyncClient, folder: Path) -> set[str]:
    app.state.metrics.include(DiskFigures(folder))
    figures = (await client.get("/metrics")).text
    return {one.name for one in text_string_to_metric_families(figures)}


async def test_rules_and_dashboards_name_only_figures_that_are_told(
    app: FastAPI, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    shown = {name: text(name) for name in DASHBOARDS} | {"rules": RULES}
    queries = {
        name: re.findall(r'"expr": "(.*)"', part) or [part]
        for name, part in shown.items()
    }

    known = {family(name) for name in await told(app, client, tmp_path)}

    for name, parts in queries.items():
        assert names("\n".join(parts)) <= known, name


async def test_the_page_about_figures_names_them_all(
    app: FastAPI, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    page = (ROOT / "docs/how-to/watch.md").read_text("utf-8")
    known = await told(app, client, tmp_path)

    own = {family(name) for name in known if name.startswith("marketplace_")}

    assert own == names(page)


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_is_as_it_is_written_down(name: str) -> None:
    kept = (FOLDER / f"{name}.json").read_text("utf-8")

    assert json.loads(kept) == json.loads(text(name)), "run deploy.watch.dashboards"


def test_no_dashboard_is_left_that_is_not_made_any_more() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == set(DASHBOARDS)


@pytest.mark.parametrize("alert", ALERT.findall(RULES))
def test_an_alert_leads_to_its_section_and_has_a_test(alert: str) -> None:
    tests = (ROOT / "deploy/watch/rules.test.yaml").read_text("utf-8")

    assert f"$externalLabels.runbook }}}}#{alert.lower()}" in RULES
    assert f"https://docs.example/runbook.md#{alert.lower()}" in tests
    assert f"\n## {alert}\n" in RUNBOOK
    assert f"alertname: {alert}" in tests
