"""Interfaces that http nodes ask, and the adapter that asks them."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import RawTestServer
from engine.adapters.http.limits import Limits
from engine.adapters.http.outside import HttpOutside
from engine.ports import BlobStore, Outside

from ..peers import Here, Peer, Way


@pytest.fixture
async def peer(host: str) -> AsyncIterator[Peer]:
    peer = Peer()
    async with RawTestServer(peer.handle) as server:
        peer.url = f"http://{host}:{server.port}/api"
        yield peer


@pytest.fixture
def blobs(disk_blobs: BlobStore) -> BlobStore:
    """Those that `outside` reads and writes."""
    return disk_blobs


@pytest.fixture
async def outside(blobs: BlobStore, way: Way) -> AsyncIterator[Outside]:
    async with HttpOutside(
        blobs=blobs,
        nodes=["127.0.0.1"],
        limits=Limits(json_bytes=5000, blob_bytes=8000),
        resolver=Here(),
        lean=way.lean,
    ) as outside:
        yield outside
