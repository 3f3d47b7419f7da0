"""Serves the engine or the relay with one and the same HTTP server."""

import sys
from pathlib import Path

import uvicorn
from engine.bootstrap import create
from engine.settings import Settings
from fastapi import FastAPI

from bench import relay


def application(kind: str, port: int, given: str) -> FastAPI:
    """`given`: for the engine its folder, for the relay the service's address."""
    if kind == "relay":
        return relay.create(f"http://127.0.0.1:{port}", given)
    data = Path(given)
    settings = Settings.from_environment(
        {}, port=port, data_dir=data, pipelines_dir=None
    )
    return create(settings)


def main(kind: str, port: str, given: str) -> None:
    uvicorn.run(
        application(kind, int(port), given),
        port=int(port),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
