"""A model that is given what it was not trained for wakes an operator.

A real service reads real handwriting, a real Prometheus reads the service and has a
week behind it, and Alertmanager is told. The rule is the one of operators, with its
hour and its week; only the half hour is left out for which it must hold.
"""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from PIL import Image as pillow
from PIL import ImageOps
from PIL.Image import Image as Picture
from PIL.Image import Resampling

from deploy.commands import ROOT
from deploy.tests.test_watch import engine_in, promtool
from deploy.tests.watched import (
    PATIENCE_SECONDS,
    evaluated,
    firing,
    rules_at_once,
)
from servers.ports import HOST, free_port
from servers.prometheus import Alertmanager, Job, Prometheus
from servers.waiting import block_until

SERVICE = ROOT / "services" / "digit-recognition"
SHEET = SERVICE / "tests" / "handwriting.png"
DRAWN_PIXELS = 8
"""Of each side of a digit on the sheet, which has ten of each."""

ROUTE = "digit-recognize"

HOUR = 3600
WEEK_HOURS = 7 * 24
ANSWERS_PER_HOUR = 100
WEEK_BEFORE = 0.95
"""How sure the model was of its answers: as sure as of the handwriting of the sheet."""


def pictures(turned: int = 0) -> Iterator[bytes]:
    """A hundred digits, as a camera takes them that is turned by so many degrees."""
    with pillow.open(SHEET) as opened:
        sheet = opened.convert("L")
    for left in range(0, sheet.width, DRAWN_PIXELS):
        for top in range(0, sheet.height, DRAWN_PIXELS):
            ink = sheet.crop((left, top, left + DRAWN_PIXELS, top + DRAWN_PIXELS))
            file = io.BytesIO()
            photo(ink).rotate(turned).save(file, "PNG")
            yield file.getvalue()


def photo(ink: Picture) -> Picture:
    """Larger, with some paper around it, and with the sharp edges of a pen."""
    large = ImageOps.expand(ink, 2).resize((120, 120), Resampling.BICUBIC)
    sharp = [min(255, max(0, (shade - 60) * 255 // 96)) for shade in range(256)]
    return large.point(sharp)


@contextmanager
def digits(engine: str) -> Iterator[str]:
    """Host and port of the service, which the engine calls."""
    port = free_port()
    environment = {
        **os.environ,
        "ENGINE_URL": f"http://{engine}",
        "PORT": str(port),
        "ANNOUNCE_SECONDS": "0.2",
    }
    command = [sys.executable, "-m", "service_sdk", "digit_recognition"]
    with subprocess.Popen(command, cwd=SERVICE, env=environment) as process:
        try:
            yield f"{HOST}:{port}"
        finally:
            process.terminate()


def write_a_week(data: Path, folder: Path) -> None:
    """What Prometheus would have kept of another instance, up to two hours ago."""
    end = int(time.time()) - 2 * HOUR
    lines = []
    for figure, each in (("count", 1.0), ("sum", WEEK_BEFORE)):
        name = f"service_model_score_{figure}"
        lines.append(f"# TYPE {name} unknown")
        for hour in range(WEEK_HOURS):
            at = end - (WEEK_HOURS - hour) * HOUR
            value = hour * ANSWERS_PER_HOUR * each
            lines.append(f'{name}{{instance="before",model="digits"}} {value} {at}')
    figures = folder / "week.txt"
    figures.write_text("\n".join([*lines, "# EOF", ""]), "utf-8")

    words = ("tsdb", "create-blocks-from", "openmetrics", str(figures), str(data))
    done = promtool(*words)
    assert done.returncode == 0, done.stdout + done.stderr


class Watch:
    """What Prometheus says of the model."""

    def __init__(self, prometheus: str) -> None:
        self.url = prometheus

    def value(self, query: str) -> float:
        answer = httpx.get(f"{self.url}/api/v1/query", params={"query": query})
        found = answer.json()["data"]["result"]
        return float(found[0]["value"][1]) if found else 0.0

    def answers(self) -> float:
        """Of the service that runs now, as far as Prometheus has read them."""
        return self.value('service_model_score_count{instance!="before"}')

    def read(self, engine: str, files: list[bytes]) -> None:
        """Have the service read these, and wait until Prometheus and its rules know."""
        wanted = self.answers() + len(files)
        for file in files:
            sent = {"image": ("digit.png", file, "image/png")}
            httpx.post(
                f"http://{engine}/services/{ROUTE}", files=sent, timeout=30
            ).raise_for_status()
        block_until(lambda: self.answers() >= wanted, seconds=PATIENCE_SECONDS)
        evaluated(self.url)


def is_served(engine: str) -> bool:
    listed = httpx.get(f"http://{engine}/services").json()
    return ROUTE in {one["route"] for one in listed}


def alerts_at(alertmanager: str) -> list[Any]:
    told: list[Any] = httpx.get(f"{alertmanager}/api/v2/alerts").json()
    return told


def test_a_model_that_is_less_sure_than_in_the_week_before_fires(
    tmp_path: Path,
) -> None:
    rules = rules_at_once(tmp_path)
    with (
        engine_in(tmp_path / "engine") as engine,
        digits(engine) as service,
        Alertmanager(
            tmp_path / "alertmanager", f"http://{engine}/services/alert"
        ) as alertmanager,
    ):
        job: Job = {
            "job_name": "services",
            "static_configs": [{"targets": [service]}],
        }
        prometheus = Prometheus.of(
            tmp_path / "watch",
            engine=engine,
            rules=[rules],
            alertmanager=f"{HOST}:{alertmanager.port}",
            beside=[job],
        )
        write_a_week(tmp_path / "watch" / "data", tmp_path)
        with prometheus:
            watch = Watch(prometheus.url)
            block_until(lambda: is_served(engine), seconds=PATIENCE_SECONDS)
            # The first one: Prometheus counts from what it saw first.
            watch.read(engine, list(pictures())[:1])

            watch.read(engine, list(pictures()))
            usual = "ModelUnsure" in firing(watch.url)
            enough = watch.value(
                "sum by (model) (increase(service_model_score_count[1h]))"
            )
            week = watch.value(
                'sum(increase(service_model_score_count{instance="before"}[7d]))'
            )

            watch.read(engine, list(pictures(turned=90)) * 2)
            unusual = "ModelUnsure" in firing(watch.url)
            block_until(
                lambda: "ModelUnsure" in json.dumps(alerts_at(alertmanager.url)),
                seconds=PATIENCE_SECONDS,
            )
            (told,) = [
                one
                for one in alerts_at(alertmanager.url)
                if one["labels"]["alertname"] == "ModelUnsure"
            ]

    # It was quiet because the model was sure, not because it had said too little.
    assert enough >= 100
    assert week > 100 * ANSWERS_PER_HOUR
    assert (usual, unusual) == (False, True)
    assert told["labels"]["model"] == "digits"
    assert "far less than in the week before" in told["annotations"]["summary"]
