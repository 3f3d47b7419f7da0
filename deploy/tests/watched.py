"""What tests of alerts have in common: rules without their patience, what fires."""

import re
from datetime import datetime
from pathlib import Path

import httpx

from servers.waiting import block_until

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


def evaluated(prometheus: str) -> None:
    """Returns when each rule was judged after what is known at the Prometheus now."""
    begun = max(_evaluations(prometheus))
    block_until(lambda: min(_evaluations(prometheus)) > begun, seconds=PATIENCE_SECONDS)


def _evaluations(prometheus: str) -> list[datetime]:
    """When each rule was judged last, by the clock of that Prometheus."""
    groups = httpx.get(f"{prometheus}/api/v1/rules").json()["data"]["groups"]
    return [
        datetime.fromisoformat(rule["lastEvaluation"])
        for group in groups
        for rule in group["rules"]
    ]
