"""What tests of alerts have in common: rules without their patience, what fires."""

import re
from pathlib import Path

import httpx

WATCH = Path(__file__).parents[1] / "watch"

PATIENCE_SECONDS = 90.0


def rules_at_once(folder: Path) -> Path:
    """The rules, but nobody waits minutes and weeks until they fire."""
    rules = (WATCH / "rules.yaml").read_text("utf-8")
    rules = re.sub(r"\bfor: \w+", "for: 0s", rules).replace("> 600", "> 2")
    path = folder / "rules.yaml"
    path.write_text(rules, "utf-8")
    return path


def firing(prometheus: str) -> set[str]:
    """The names of the alerts that fire at the Prometheus of this address."""
    answer = httpx.get(f"{prometheus}/api/v1/alerts").json()
    return {
        one["labels"]["alertname"]
        for one in answer["data"]["alerts"]
        if one["state"] == "firing"
    }
