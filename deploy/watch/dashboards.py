"""`python -m deploy.watch.dashboards`: writes the dashboards of Grafana anew.

A dashboard is rows of panels, a panel a few queries: that is what stands here. The JSON
beside it is what Grafana imports, and a test sees that it is what this makes.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("dashboards")

COLUMNS = 24
"""Of Grafana's grid."""
PANEL_HEIGHT = 8
PANELS_IN_A_ROW = 2

RATE = "[$__rate_interval]"
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
SCHEMA = 39
"""Of Grafana 10 and newer, which read older ones too."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A curve for each series that a query finds, under its legend."""

    title: str
    unit: str
    queries: Mapping[str, str]
    """By legend: queries in PromQL."""


def quantile(share: float, name: str, by: str = "", which: str = "") -> str:
    """The duration below which a share of all is."""
    labels = ", ".join(filter(None, (by, "le")))
    buckets = f"rate({name}_bucket{which}{RATE})"
    return f"histogram_quantile({share}, sum by ({labels}) ({buckets}))"


def rate(name: str, by: str, which: str = "") -> str:
    """How many there are a second."""
    return f"sum by ({by}) (rate({name}{which}{RATE}))"


ROUTE = '{route="$route"}'
SERVICE = '{service="$service"}'

DASHBOARDS: Mapping[str, tuple[str, str, Sequence[Panel]]] = {
    "overview": (
        "Marketplace: overview",
        "",
        (
            Panel(
                "Tasks that end",
                "ops",
                {"{{end}}": rate("marketplace_task_ends_total", "end")},
            ),
            Panel(
                "Tasks in the store",
                "short",
                {"{{status}}": "max by (status) (marketplace_tasks)"},
            ),
            Panel(
                "Share of tasks that fail, by route",
                "percentunit",
                {
                    "{{route}}": rate(
                        "marketplace_task_ends_total", "route", '{end="failed"}'
                    )
                    + " / "
                    + rate("marketplace_task_ends_total", "route")
                },
            ),
            Panel(
                "How long tasks take, by route (median)",
                "s",
                {"{{route}}": quantile(0.5, "marketplace_task_seconds", "route")},
            ),
            Panel(
                "Runs that wait, by service",
                "short",
                {"{{service}}": "sum by (service) (marketplace_waiting_runs)"},
            ),
            Panel(
                "The first of them has waited",
                "s",
                {
                    "{{service}}": "max by (service) "
                    "(marketplace_oldest_waiting_seconds)"
                },
            ),
            Panel(
                "Instances of services",
                "short",
                {"{{service}}": "max by (service) (marketplace_service_instances)"},
            ),
            Panel(
                "Events that could not be processed",
                "short",
                {"dead letters": "max(marketplace_dead_letters)"},
            ),
            Panel(
                "Requests, by status",
                "ops",
                {"{{status}}": rate("marketplace_request_seconds_count", "status")},
            ),
            Panel(
                "Starts refused, by limit of a person or a space",
                "ops",
                {"{{limit}}": rate("marketplace_limit_refusals_total", "limit")},
            ),
            Panel(
                "Turns: how long taking events takes",
                "s",
                {
                    "median": quantile(0.5, "marketplace_turn_seconds"),
                    "of 100 the slowest": quantile(0.99, "marketplace_turn_seconds"),
                },
            ),
            Panel(
                "How late the event loop is (of 100 the latest)",
                "s",
                {
                    "{{instance}}": quantile(
                        0.99, "marketplace_loop_delay_seconds", "instance"
                    )
                },
            ),
        ),
    ),
    "route": (
        "Marketplace: a route",
        "label_values(marketplace_task_ends_total, route)",
        (
            Panel(
                "Tasks that end",
                "ops",
                {"{{end}}": rate("marketplace_task_ends_total", "end", ROUTE)},
            ),
            Panel(
                "How long they take",
                "s",
                {
                    "median": quantile(0.5, "marketplace_task_seconds", "", ROUTE),
                    "of 20 the slowest": quantile(
                        0.95, "marketplace_task_seconds", "", ROUTE
                    ),
                },
            ),
            Panel(
                "Where the time goes: seconds of a run, by node",
                "s",
                {
                    "{{node}}": rate("marketplace_node_seconds_total", "node", ROUTE)
                    + " / "
                    + rate("marketplace_node_runs_total", "node", ROUTE)
                },
            ),
            Panel(
                "Failures, by node and kind",
                "ops",
                {
                    "{{node}}: {{code}}": rate(
                        "marketplace_task_failures_total", "node, code", ROUTE
                    )
                },
            ),
        ),
    ),
    "service": (
        "Marketplace: a service",
        "label_values(marketplace_service_instances, service)",
        (
            Panel(
                "Calls that end",
                "ops",
                {
                    "{{outcome}}": rate(
                        "marketplace_service_attempts_total", "outcome", SERVICE
                    )
                },
            ),
            Panel(
                "Calls that repeat one that failed",
                "ops",
                {
                    "repeated": rate(
                        "marketplace_service_retries_total", "service", SERVICE
                    )
                },
            ),
            Panel(
                "How long calls take that succeed",
                "s",
                {
                    "median": quantile(0.5, "marketplace_service_seconds", "", SERVICE),
                    "of 20 the slowest": quantile(
                        0.95, "marketplace_service_seconds", "", SERVICE
                    ),
                },
            ),
            Panel(
                "Runs that wait, and instances",
                "short",
                {
                    "waiting": f"sum(marketplace_waiting_runs{SERVICE})",
                    "instances": f"max(marketplace_service_instances{SERVICE})",
                },
            ),
            Panel(
                "The first of them has waited",
                "s",
                {"waited": f"max(marketplace_oldest_waiting_seconds{SERVICE})"},
            ),
            Panel(
                "Models: instances by version (of all services that are scraped)",
                "short",
                {
                    "{{model}}: {{version}}": "count by (model, version) "
                    "(service_model_info)"
                },
            ),
            Panel(
                "Models: how sure they are",
                "percentunit",
                {
                    "{{model}}": rate("service_model_score_sum", "model")
                    + " / "
                    + rate("service_model_score_count", "model")
                },
            ),
        ),
    ),
    "stores": (
        "Marketplace: stores",
        "",
        (
            Panel(
                "Calls of stores",
                "ops",
                {
                    "{{store}}: {{operation}}": rate(
                        "marketplace_store_seconds_count", "store, operation"
                    )
                },
            ),
            Panel(
                "How long a call takes (of 20 the slowest)",
                "s",
                {
                    "{{store}}: {{operation}}": quantile(
                        0.95, "marketplace_store_seconds", "store, operation"
                    )
                },
            ),
            Panel(
                "Calls that find a store away",
                "ops",
                {
                    "{{instance}}: {{store}}": rate(
                        "marketplace_store_errors_total", "instance, store"
                    )
                },
            ),
            Panel(
                "Disk that is free",
                "percentunit",
                {
                    "{{instance}}": "marketplace_disk_free_bytes"
                    " / marketplace_disk_bytes"
                },
            ),
            Panel(
                "Saves",
                "ops",
                {"{{instance}}": rate("marketplace_save_seconds_count", "instance")},
            ),
            Panel(
                "How long a save takes",
                "s",
                {
                    "median": quantile(0.5, "marketplace_save_seconds"),
                    "of 20 the slowest": quantile(0.95, "marketplace_save_seconds"),
                },
            ),
            Panel(
                "Saves that share a wait for the disk",
                "short",
                {
                    "mean": rate("marketplace_save_batch_size_sum", "instance")
                    + " / "
                    + rate("marketplace_save_batch_size_count", "instance"),
                    "of 20 the largest": quantile(0.95, "marketplace_save_batch_size"),
                },
            ),
            Panel(
                "Saves that fail",
                "ops",
                {"{{error}}": rate("marketplace_save_errors_total", "error")},
            ),
        ),
    ),
    "sandbox": (
        "Marketplace: sandbox",
        "",
        (
            Panel(
                "Decisions that run code of authors",
                "ops",
                {"{{instance}}": rate("marketplace_code_seconds_count", "instance")},
            ),
            Panel(
                "How long they take",
                "s",
                {
                    "median": quantile(0.5, "marketplace_code_seconds"),
                    "of 20 the slowest": quantile(0.95, "marketplace_code_seconds"),
                },
            ),
            Panel(
                "Code of authors that meets a limit of the sandbox",
                "ops",
                {"{{limit}}": rate("marketplace_code_limits_total", "limit")},
            ),
        ),
    ),
}


def document(name: str) -> dict[str, Any]:
    """What Grafana imports."""
    title, choices, panels = DASHBOARDS[name]
    return {
        "uid": f"marketplace-{name}",
        "title": title,
        "tags": ["marketplace"],
        "schemaVersion": SCHEMA,
        "time": {"from": "now-3h", "to": "now"},
        "refresh": "30s",
        "templating": {"list": list(_variables(name, choices))},
        "panels": [_panel(place, panel) for place, panel in enumerate(panels)],
    }


def _variables(name: str, choices: str) -> Iterator[dict[str, Any]]:
    yield {"name": "datasource", "type": "datasource", "query": "prometheus"}
    if choices:
        yield {
            "name": name,
            "type": "query",
            "datasource": DATASOURCE,
            "query": {"query": choices, "refId": name},
            "refresh": 2,
        }


def _panel(place: int, panel: Panel) -> dict[str, Any]:
    width = COLUMNS // PANELS_IN_A_ROW
    row, column = divmod(place, PANELS_IN_A_ROW)
    return {
        "id": place + 1,
        "type": "timeseries",
        "title": panel.title,
        "datasource": DATASOURCE,
        "gridPos": {
            "x": column * width,
            "y": row * PANEL_HEIGHT,
            "w": width,
            "h": PANEL_HEIGHT,
        },
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + n), "expr": query, "legendFormat": legend}
            for n, (legend, query) in enumerate(panel.queries.items())
        ],
    }


def text(name: str) -> str:
    """The JSON, as it is kept."""
    return json.dumps(document(name), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    for name in DASHBOARDS:
        (FOLDER / f"{name}.json").write_text(text(name), "utf-8")


if __name__ == "__main__":
    main()
