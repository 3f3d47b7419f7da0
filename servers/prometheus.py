"""Prometheus, Alertmanager and the blackbox exporter, as operators run them."""

import json
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from servers.ports import HOST, free_port
from servers.server import ANSWER_SECONDS, Server

RUNBOOK = "https://docs.example/runbook.md"
"""Where it would be read."""

Job = Mapping[str, Any]
"""What Prometheus reads, and under which name."""


class Watcher(Server):
    """What all have: a configuration in JSON, which is YAML too, and a page."""

    page = "/-/ready"
    """It answers when the program can be used."""

    def __init__(self, folder: Path, configuration: Mapping[str, Any]) -> None:
        super().__init__(folder)
        self._file = folder / "configuration.yaml"
        self._file.write_text(json.dumps(configuration), "utf-8")

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def is_usable(self) -> bool:
        # It listens at this machine, and nobody's proxy is asked for that.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.url}{self.page}", timeout=ANSWER_SECONDS) as answer:
            return bool(answer.status == 200)


class Prometheus(Watcher):
    """Reads figures every second, and judges rules as often."""

    program = "prometheus"

    def arguments(self) -> list[str]:
        return [
            f"--config.file={self._file}",
            f"--storage.tsdb.path={self.folder / 'data'}",
            f"--web.listen-address={HOST}:{self.port}",
        ]

    @classmethod
    def of(
        cls,
        folder: Path,
        *,
        engine: str,
        rules: Sequence[Path] = (),
        alertmanager: str = "",
        token: str = "",
        beside: Sequence[Job] = (),
    ) -> "Prometheus":
        """One that watches the engine at a host and port, under the job's name.

        `token` is what it shows the engine, `beside` is what else it reads.
        """
        managers = [{"static_configs": [{"targets": [alertmanager]}]}]
        job: dict[str, Any] = {
            "job_name": "marketplace",
            "static_configs": [{"targets": [engine]}],
        }
        if token:
            job["authorization"] = {"credentials": token}
        return cls(
            folder,
            {
                "global": {
                    "scrape_interval": "1s",
                    "evaluation_interval": "1s",
                    "external_labels": {"runbook": RUNBOOK},
                },
                "scrape_configs": [job, *beside],
                "rule_files": [str(rule.resolve()) for rule in rules],
                "alerting": {"alertmanagers": managers if alertmanager else []},
            },
        )


class Alertmanager(Watcher):
    """Hands alerts on to one address, at once."""

    program = "alertmanager"

    def __init__(self, folder: Path, webhook: str) -> None:
        receiver = {"name": "engine", "webhook_configs": [{"url": webhook}]}
        route = {"receiver": "engine", "group_wait": "0s", "group_interval": "1s"}
        super().__init__(folder, {"receivers": [receiver], "route": route})
        self._gossip_port = free_port()

    def arguments(self) -> list[str]:
        return [
            f"--config.file={self._file}",
            f"--storage.path={self.folder / 'data'}",
            f"--web.listen-address={HOST}:{self.port}",
            f"--cluster.listen-address={HOST}:{self._gossip_port}",
        ]


class BlackboxExporter(Watcher):
    """Looks at an address as somebody outside does, when Prometheus asks it to."""

    program = "blackbox_exporter"
    page = "/-/healthy"

    def __init__(self, folder: Path) -> None:
        # Certificates of tests are signed by nobody.
        tls = {"tls": True, "tls_config": {"insecure_skip_verify": True}}
        super().__init__(folder, {"modules": {"tls": {"prober": "tcp", "tcp": tls}}})

    def arguments(self) -> list[str]:
        return [
            f"--config.file={self._file}",
            f"--web.listen-address={HOST}:{self.port}",
        ]

    def job(self, address: str) -> Job:
        """With which Prometheus has it look at a host and port."""
        return {
            "job_name": "door",
            "metrics_path": "/probe",
            "params": {"module": ["tls"], "target": [address]},
            "static_configs": [{"targets": [f"{HOST}:{self.port}"]}],
        }
