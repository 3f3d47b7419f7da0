"""The services in a process of their own: `python -m chaos.serve PORT LOG`."""

import asyncio
import sys

import aiohttp
from aiohttp import web
from chaos.misbehaviour import Misbehaving
from chaos.services import BRINGING, echo

LARGEST = 1 << 26


async def serve(port: int, log: str) -> None:
    """Until the process is ended."""
    services = Misbehaving(log)
    app = web.Application(client_max_size=LARGEST)
    app.router.add_get("/echo", echo)
    app.router.add_post("/pushed", services.pushed)
    app.router.add_post("/release", services.release)
    app.router.add_post("/{way}", services.take)
    runner = web.AppRunner(app)
    await runner.setup()
    # each result over a connection of its own: any replica may get it
    connector = aiohttp.TCPConnector(force_close=True, limit=200)
    async with aiohttp.ClientSession(connector=connector, timeout=BRINGING) as client:
        services.client = client
        await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
        print(f"listening at {port}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
