"""The services in a process of their own: `python -m chaos.serve PORT LOG`."""

import asyncio
import sys

import aiohttp
from aiohttp import web
from chaos.misbehaviour import MisbehavingServices
from chaos.services import DELIVERY_TIMEOUT, echo

MAX_BODY_BYTES = 64 << 20

# A thousand tasks may deliver their results at the same time. What is beyond waits
# here, not in the engine's backlog.
MAX_CONNECTIONS = 200
BACKLOG = 1024


async def serve(port: int, log: str) -> None:
    """Until the process is ended."""
    # Each result over a connection of its own: any replica may get it.
    connector = aiohttp.TCPConnector(force_close=True, limit=MAX_CONNECTIONS)
    async with aiohttp.ClientSession(
        connector=connector, timeout=DELIVERY_TIMEOUT
    ) as client:
        services = MisbehavingServices(log, client)
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.router.add_get("/echo", echo)
        app.router.add_post("/pushed", services.pushed)
        app.router.add_post("/release", services.release)
        app.router.add_post("/{behaviour}", services.handle)

        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, backlog=BACKLOG).start()
        print(f"listening at {port}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
