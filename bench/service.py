"""A service that does nothing: it takes the work and returns a value at once."""

import asyncio
import sys
from urllib.parse import parse_qs, quote, urlsplit

import uvloop

from bench.wire import Client, Gone, listen

RESULT = b'{"value":1}'
TIMES = 50  # a result is brought so often before it is given up


async def serve(port: int) -> None:
    """Until the process is ended."""
    client, under_way = Client(), set[asyncio.Task[None]]()

    def take(target: bytes, body: bytes) -> None:
        query = parse_qs(urlsplit(target.decode()).query)
        if "callback_url" in query:
            told = tell(client, query["callback_url"][0], query["task_id"][0])
            task = asyncio.get_running_loop().create_task(told)
            under_way.add(task)
            task.add_done_callback(under_way.discard)

    await listen(take, port)
    await asyncio.Event().wait()


async def tell(client: Client, url: str, task: str) -> None:
    """Bring the result until it is taken, or refused for good."""
    for _ in range(TIMES):
        try:
            status, said = await client.post(url, f"task_id={quote(task)}", RESULT)
        except (Gone, OSError) as error:
            status, said = 503, str(error).encode()
        if status < 300:
            return
        print(f"the result was refused: {status} {said!r}", file=sys.stderr)
        if status < 500:
            return
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
