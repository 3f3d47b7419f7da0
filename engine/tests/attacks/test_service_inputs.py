"""Small files that are made to cost the services that read them much."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from attacks.goals import only_full, sized
from attacks.services import bmp, computing, docx, gif, pdf, png, running, sent
from attacks.victim import victim

from servers.memory import PEAK, RESIDENT, forget_peak, memory

MAX_SERVICE_BYTES = 200 << 20
"""Of the process that takes requests: the work is done by others, which have limits."""

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EMPTY = "<w:document xmlns:w='w'><w:body/></w:document>"
MEGAPIXELS = 50
SIDE = sized(7_000, 2_000)
COMPUTING_SECONDS = 8.0

PICTURE = ("a.png", png(40, 30, 30), "image/png")
LETTER = ("a.txt", b"Dear Ada, the engine weaves algebraic patterns.", "text/plain")


@dataclass(frozen=True, kw_only=True)
class Attack:
    """What is sent to which route, and what its tasks end with."""

    service: str
    route: str
    make: Callable[[], dict[str, tuple[str, bytes, str]]]
    says: str = ""
    """In the message of the error; empty: the task is finished."""
    honest: dict[str, tuple[str, bytes, str]] = field(default_factory=dict)
    count: int = sized(20, 3)
    settings: Mapping[str, str] = field(default_factory=dict)


def picture(content: bytes, kind: str) -> dict[str, tuple[str, bytes, str]]:
    return {"image": (f"a.{kind}", content, f"image/{kind}")}


def document(content: bytes, media_type: str) -> dict[str, tuple[str, bytes, str]]:
    return {"document": ("a", content, media_type)}


def areas(of: bytes) -> dict[str, tuple[str, bytes, str]]:
    """200 times the whole picture."""
    told = json.dumps([[0, 0, SIDE, SIDE]] * 200).encode()
    return picture(of, "png") | {"areas": ("areas", told, "application/json")}


def one(area: bytes = b"[[1, 1, 9, 9]]") -> dict[str, tuple[str, bytes, str]]:
    return {"image": PICTURE, "areas": ("areas", area, "application/json")}


FEW_SECONDS = {"JOB_SECONDS": "20", "WORKERS": "2"}
"""Shorter than what the engine waits for, so that an attack ends in a minute. Long
enough for an honest letter in a new process on a busy machine: it loads the model of
languages first. Two workers everywhere, since two letters come before the attack."""

ATTACKS = {
    # 240 s to cut out, 1,000 s to blur.
    "200 areas of 49 megapixels": Attack(
        service="image-processing",
        route="image-crop",
        make=lambda: areas(png(SIDE, SIDE, SIDE)),
        says="MAX_MEGAPIXELS",
        honest=one(),
        settings=sized({}, {"MAX_MEGAPIXELS": "5"}),
    ),
    "200 areas to blur": Attack(
        service="image-processing",
        route="image-blur",
        make=lambda: areas(png(SIDE, SIDE, SIDE)),
        says="MAX_MEGAPIXELS",
        honest=one(),
        settings=sized({}, {"MAX_MEGAPIXELS": "5"}),
    ),
    "a GIF of 4 gigapixels": Attack(
        service="image-processing",
        route="image-analyze",
        make=lambda: picture(gif(65_000, 65_000), "gif"),
        says="MAX_MEGAPIXELS",
        honest={"image": PICTURE},
    ),
    "a BMP of 4 gigapixels, for faces": Attack(
        service="face-detection",
        route="face-detect",
        make=lambda: picture(bmp(65_000, 65_000), "bmp"),
        says="MAX_MEGAPIXELS",
        honest={"image": PICTURE},
    ),
    # 34 s for 80 kB, with the interpreter locked.
    "rows of blanks": Attack(
        service="document",
        route="document-text",
        make=lambda: document(("a" + " " * 400_000 + "b\n").encode() * 2, "text/plain"),
        honest={"document": LETTER},
    ),
    # 583 MB for 16 kB.
    "a DOCX of many properties": Attack(
        service="document",
        route="document-text",
        make=lambda: document(
            docx(body=EMPTY, properties="<p>" + "<a/>" * 500_000 + "</p>"), DOCX
        ),
        says="properties",
        honest={"document": LETTER},
    ),
    "a DOCX of 2 million comments": Attack(
        service="document",
        route="document-text",
        make=lambda: document(
            docx(body=f"<document>{'<!---->' * 2_000_000}</document>"), DOCX
        ),
        honest={"document": LETTER},
    ),
    # More than a minute for 1 MB.
    "a web page of deep elements": Attack(
        service="document",
        route="document-text",
        make=lambda: document(b"<html>" + b"<b>" * 300_000, "text/html"),
        says="500 deep",
        honest={"document": LETTER},
    ),
    # 57 s for 40 kB. PDFium cannot be stopped within a page: its process is.
    "20 pages that share 40 MB of content": Attack(
        service="document",
        route="document-text",
        make=lambda: document(pdf(20, b"q Q " * 10_000_000), "application/pdf"),
        says="JOB_SECONDS",
        honest={"document": LETTER},
        count=sized(4, 1),
        settings=FEW_SECONDS,
    ),
}


@only_full
async def test_programs_that_only_compute(tmp_path: Path) -> None:
    """What the machine itself takes from everybody when others compute on it: without
    this, a service on the engine's own cores is taken for what the engine does."""
    async with victim(tmp_path) as engine:
        attack = "for comparison: programs that only compute"
        async with engine.under_attack(9, attack, is_of_engine=False) as outcome:
            with computing():
                await asyncio.sleep(COMPUTING_SECONDS)
            outcome.append("the engine has nothing to do with them")

        status = await engine.client.get("/healthz")
        assert status.is_success


FEW = ("a BMP of 4 gigapixels, for faces", "20 pages that share 40 MB of content")
"""Of a short run: the services' own tests tell of the others."""


@pytest.mark.parametrize("attack", sized(tuple(ATTACKS), FEW))
async def test_files_that_cost_much_to_read(tmp_path: Path, attack: str) -> None:
    made = ATTACKS[attack]
    files = made.make()

    async with (
        victim(tmp_path) as engine,
        running(tmp_path, engine, made.service, made.route, **made.settings) as service,
    ):
        # Its processes and what they load are there before it is measured. Two at once,
        # so that each process does one.
        early = [await sent(engine, made.route, made.honest) for _ in range(2)]
        first = [(await engine.ended(task))["status"] for task in early]
        before = memory(service.pid, RESIDENT)
        forget_peak(service.pid)

        async with engine.under_attack(9, attack) as outcome:
            began = time.monotonic()
            tasks = [await sent(engine, made.route, files) for _ in range(made.count)]
            kept = await engine.ended(await sent(engine, made.route, made.honest))
            ended = [await engine.ended(task) for task in tasks]
            seconds = time.monotonic() - began
            taken = memory(service.pid, PEAK) - before
            how = f"refused: {made.says}" if made.says else "they are read"
            outcome.append(f"{how}, {made.count} in {seconds:.0f} s")
            outcome.append(f"the service {taken >> 20:+d} MB")

        for status in ended:
            assert status["status"] == ("error" if made.says else "finished"), status
            assert made.says in status.get("message", ""), status
        assert first == ["finished"] * 2 and kept["status"] == "finished", kept
        assert not service.deaths
        assert taken <= MAX_SERVICE_BYTES
        for task in tasks:
            await engine.erased(task)
