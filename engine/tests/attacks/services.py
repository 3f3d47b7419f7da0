"""Services of the marketplace that are attacked, and files that are made for it."""

import os
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from aiohttp import web
from attacks.goals import FULL
from attacks.priority import NICER_BY
from attacks.victim import Victim
from chaos.supervised import TESTS, SupervisedProcess

from servers.ports import free_port
from servers.waiting import until

SERVICES = Path(__file__).parents[3] / "services"

COMPUTE = "while True: bytes(bytearray(50 << 20))"

MOST_TAKEN_BYTES = 1 << 20
"""In one call, by the service that takes anything."""

JOBS_NICER_BY = 5
"""Jobs give way to the service that runs them, as that does to the engine here."""


@asynccontextmanager
async def running(
    folder: Path, engine: Victim, name: str, route: str, **settings: str
) -> AsyncIterator[SupervisedProcess]:
    """A service of this name; it has announced its route.

    As an attacker it gives way to the engine: it would be on another machine.
    """
    service = SupervisedProcess(
        folder / f"{name}.log",
        "service_sdk",
        name.replace("-", "_"),
        PORT=str(free_port()),
        ENGINE_URL=engine.url,
        PYTHONPATH=f"{TESTS}:{SERVICES / name}",
        **settings,
    )

    async def announced() -> bool:
        answer = await engine.client.get(f"/services/{route}")
        return answer.is_success

    service.launch()
    try:
        await until(announced, look_seconds=0.1)
        if FULL:
            # The processes that do its work come later, and take it over.
            own = os.getpriority(os.PRIO_PROCESS, service.pid)
            os.setpriority(os.PRIO_PROCESS, service.pid, own + NICER_BY)
        yield service
    finally:
        await service.stop()


@asynccontextmanager
async def taking_anything() -> AsyncIterator[str]:
    """The address of a service that takes all work, and never brings a result."""

    async def take(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({}, status=202)

    port = free_port()
    app = web.Application(client_max_size=MOST_TAKEN_BYTES)
    app.router.add_post("/take", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}/take"
    finally:
        await runner.cleanup()


@contextmanager
def computing() -> Iterator[None]:
    """As many programs as there are cores compute, in memory that is larger than any
    cache. They give way as a service's jobs do: beside an attack, what starts them does
    already. They know nothing of the engine."""
    command = ("nice", "-n", str(JOBS_NICER_BY), sys.executable, "-c", COMPUTE)
    programs = [
        subprocess.Popen(command)  # nosec B603 # a constant
        for _ in range(os.cpu_count() or 1)
    ]
    try:
        yield
    finally:
        for one in programs:
            one.kill()
            one.wait()


async def url_of(engine: Victim, route: str) -> str:
    """The address of the service that offers a route."""
    details = (await engine.client.get(f"/services/{route}")).json()
    return str(details["instances"][0]["url"])


async def sent(engine: Victim, route: str, files: dict[str, Any]) -> str:
    """A task that hands these files to a service."""
    answer = await engine.client.post(f"/services/{route}", files=files)
    assert answer.is_success, answer.text
    engine.tasks.append(answer.json()["jobId"])
    return engine.tasks[-1]


def png(width: int, height: int, rows: int) -> bytes:
    """A picture that says its size, and has so many of its rows."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1 + width) * rows)
    mark = b"\x89PNG\r\n\x1a\n"
    return mark + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def gif(width: int, height: int) -> bytes:
    """A picture that says its size, and has one pixel."""
    size = struct.pack("<HH", width, height)
    frame = b"," + bytes(4) + size + b"\0"
    return b"GIF89a" + size + b"\x80\0\0" + bytes(6) + frame + b"\x02\x02D\x01\0;"


def bmp(width: int, height: int) -> bytes:
    """A picture that says its size, and has no pixel."""
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + head


def docx(**members: str) -> bytes:
    """A Word document of these files: `body`, `properties`."""
    names = {"body": "word/document.xml", "properties": "docProps/core.xml"}
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(names[name], member)
    return content.getvalue()


def pdf(pages: int, content: bytes) -> bytes:
    """A document whose pages all have the same content."""
    packed = zlib.compress(content)
    kids = b" ".join(b"%d 0 R" % (number + 4) for number in range(pages))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 3 0 R >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream"
        % (len(packed), packed),
        *[page] * pages,
    ]
    written = b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (number, one)
        for number, one in enumerate(objects, 1)
    )
    trailer = b"trailer << /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return b"%PDF-1.4\n" + written + trailer
