"""Runs an ended task again: what is unchanged is kept, the rest runs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.cli.client import EngineClient, segment
from engine.cli.fields import Fields
from engine.cli.outputs import Saved, save
from engine.cli.run import route_details, watch
from engine.cli.screen import Screen
from engine.cli.versions import version_id


def rerun(
    *,
    client: EngineClient,
    task: str,
    again: Sequence[str],
    version: str | None,
    words: Sequence[str],
    folder: Path,
    console: Screen,
) -> Saved:
    """Continue a task until the new one has ended, and save the outputs."""
    fields = Fields.read(words)
    old = client.get(f"/tasks/{segment(task)}/status")
    route = old["route"]
    if version is not None:
        version = version_id(client, route, version)
    elif old["trial"]:
        # It was never published, so no other version is meant.
        version = old["version"]

    pipeline = _pipeline(client, route, version)
    query = {"continues": old["id"], "again": ",".join(again) or None}
    query["version"] = version
    params = {name: value for name, value in query.items() if value}

    api = next(node["api"] for node in pipeline["nodes"] if node["type"] == "entry")
    # Nothing is sent but what is to be another: the rest comes from the old task.
    if words:
        with fields.body(api.get("body", {}), api.get("bodyType", ())) as body:
            new = client.start(route, params=params, **body)
    else:
        new = client.start(route, params=params)

    console.print(f"task {new}", style="dim")
    status = client.get(f"/tasks/{new}/status")
    kept = status["progress"]["reused"]
    console.print(f"keeps {kept} of {status['progress']['total']} steps", style="dim")

    watch(client, new, pipeline, console)
    return save(client, new, folder)


def _pipeline(client: EngineClient, route: str, version: str | None) -> Any:
    if version is None:
        return route_details(client, route)["pipeline"]
    return client.get(f"/services/{segment(route)}/versions/{segment(version)}")
