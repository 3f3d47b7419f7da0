"""Serves the relay as `marketplace serve` serves the engine."""

import sys

import uvicorn

from bench import relay


def main(port: str, service: str) -> None:
    uvicorn.run(
        relay.create(f"http://127.0.0.1:{port}", service),
        port=int(port),
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
