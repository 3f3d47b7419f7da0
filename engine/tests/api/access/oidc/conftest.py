"""A provider, an engine whose people sign in there, and a browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from engine.adapters.choice import chosen
from engine.bootstrap import create
from engine.settings import Settings
from fastapi import FastAPI
from oidc_provider import CLIENT, SECRET, TestProvider

from ...building import client_of, opened
from ...conftest import PIPELINES
from ..conftest import person


@pytest.fixture
async def provider() -> AsyncIterator[TestProvider]:
    async with TestProvider().running() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, provider: TestProvider) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        pipelines_dir=None,
        auth="oidc",
        oidc_issuer=provider.url,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_administrators=("staff",),
        oidc_groups=("teachers=main:author", "students=main:reader"),
    )


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    adapters = chosen(settings)
    application = create(settings, adapters)
    async with opened(application):
        for document in PIPELINES:
            await application.state.engine.pipelines.publish(document)
        await adapters.people.add(person("root", is_administrator=True))
        yield application


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client
