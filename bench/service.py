"""A service that does nothing: it takes the work and returns a value at once.

What comes without a callback address is a request of an http node, which has its
answer already.
"""

import asyncio
import sys
from urllib.parse import parse_qs, quote, urlsplit

import uvloop

from bench.wire import Client, Disconnected, listen

RESULT = b'{"value":1}'

MAX_ATTEMPTS = 50
"""A result is brought so often before it is given up."""
RETRY_SECONDS = 0.1


async def serve(port: int) -> None:
    """Until the process is ended."""
    client = Client()
    under_way: set[asyncio.Task[None]] = set()

    def take(target: bytes, body: bytes) -> None:
        query = parse_qs(urlsplit(target.decode()).query)
        if "callback_url" not in query:
            return

        bringing = bring(client, query["callback_url"][0], query["task_id"][0])
        task = asyncio.get_running_loop().create_task(bringing)
        under_way.add(task)
        task.add_done_callback(under_way.discard)

    await listen(take, port)
    await asyncio.Event().wait()


async def bring(client: Client, url: str, task: str) -> None:
    """Bring the result until it is taken, or refused for good."""
    for _ in range(MAX_ATTEMPTS):
        try:
            status, said = await client.post(url, f"task_id={quote(task)}", RESULT)
        except (Disconnected, OSError) as error:
            status = 503
            said = str(error).encode()
        if status < 300:
            return

        print(f"the result was refused: {status} {said!r}", file=sys.stderr)
        if status < 500:
            return
        await asyncio.sleep(RETRY_SECONDS)


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
