"""Alerts whose cause is more than an engine: a broker, people, a certificate.

As in test_alerts_provoked.py each is brought about, and a real Prometheus fires.
"""

import asyncio
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import httpx
import nats
import pytest

from deploy.tests.test_watch import ECHO, engine_in, running_engine
from deploy.tests.watched import PATIENCE_SECONDS, evaluated, firing, rules_at_once
from servers.mongo import Mongo
from servers.nats import Nats
from servers.ports import HOST
from servers.prometheus import BlackboxExporter, Prometheus
from servers.s3 import S3
from servers.waiting import block_until

SECRET = "a key for tests, of 32 characters"
PASSWORD = "a password for tests"
EVERY_STARTS = 40
"""In five minutes 30 must have been refused."""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return rules_at_once(tmp_path)


async def send_what_is_no_event(url: str) -> None:
    """As a newer version might, or somebody by mistake."""
    connection = await nats.connect(url)
    try:
        jetstream = connection.jetstream()
        await jetstream.publish("marketplace.frames.0", b"no event")
    finally:
        await connection.close()


def test_an_event_that_nobody_can_read_fires(rules: Path, tmp_path: Path) -> None:
    with (
        Mongo(tmp_path / "mongo") as mongo,
        S3(tmp_path / "s3") as s3,
        Nats(tmp_path / "nats") as broker,
        running_engine(
            tmp_path / "engine",
            SECRET=SECRET,
            MONGO_URL=mongo.url,
            S3_URL=s3.url,
            NATS_URL=broker.url,
        ) as (address, _),
        Prometheus.of(tmp_path / "watch", engine=address, rules=[rules]) as watch,
    ):
        before = httpx.get(f"http://{address}/dead-letters").json()
        asyncio.run(send_what_is_no_event(broker.url))

        block_until(
            lambda: "DeadLetters" in firing(watch.url), seconds=PATIENCE_SECONDS
        )

        (letter,) = httpx.get(f"http://{address}/dead-letters").json()
        # What the runbook says: then it is over.
        httpx.delete(f"http://{address}/dead-letters/{letter['id']}")
        block_until(lambda: "DeadLetters" not in firing(watch.url))

    assert not before


def test_a_program_that_starts_too_much_fires(rules: Path, tmp_path: Path) -> None:
    folder = tmp_path / "engine"
    with_people = {"AUTH": "accounts", "MAX_PERSON_STARTS": "5"}
    add_administrator(folder)

    with running_engine(folder, pipelines=(), **with_people) as (address, _):
        token = token_of_administrator(address)
        with (
            Prometheus.of(
                tmp_path / "watch", engine=address, rules=[rules], token=token
            ) as watch,
            httpx.Client(
                base_url=f"http://{address}",
                headers={"authorization": f"Bearer {token}"},
            ) as program,
        ):
            program.post("/services", json=ECHO).raise_for_status()
            refused = []

            def fires() -> bool:
                for _ in range(EVERY_STARTS):
                    refused.append(program.post("/services/alert", json={}).status_code)
                return "LimitsRefuse" in firing(watch.url)

            block_until(fires, seconds=PATIENCE_SECONDS, look_seconds=0.5)

    assert set(refused) == {202, 429}


def add_administrator(folder: Path) -> None:
    """As an operator does before the first start."""
    words = ("people", "add", "ada", "--administrator", "--here")
    subprocess.run(
        (sys.executable, "-m", "engine.cli", *words),
        input=PASSWORD,
        text=True,
        check=True,
        env={**os.environ, "DATA_DIR": str(folder)},
    )


def token_of_administrator(address: str) -> str:
    with httpx.Client(base_url=f"http://{address}") as ada:
        signing_in = {"name": "ada", "password": PASSWORD}
        ada.post("/sessions", json=signing_in).raise_for_status()
        wish = {"label": "tests", "scopes": ["read", "run", "publish", "manage"]}
        answer = ada.post("/tokens", json=wish)
        assert answer.is_success, answer.text
        return str(answer.json()["token"])


@contextmanager
def door(folder: Path, days: int) -> Iterator[str]:
    """Host and port that speak TLS, with a certificate that ends in so many days."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"),
            *("-subj", "/CN=marketplace.example.org", "-days", str(days)),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    with closing(socket.create_server((HOST, 0))) as listener:
        Thread(target=greet_all, args=(listener, context), daemon=True).start()
        yield f"{HOST}:{listener.getsockname()[1]}"


def greet_all(listener: socket.socket, context: ssl.SSLContext) -> None:
    """Shake hands with whoever comes, until nobody listens any more."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError:
            connection.close()


@pytest.mark.parametrize(("days", "ends_soon"), [(13, True), (60, False)])
def test_a_certificate_that_ends_soon_fires(
    days: int, ends_soon: bool, rules: Path, tmp_path: Path
) -> None:
    with (
        door(tmp_path, days) as address,
        BlackboxExporter(tmp_path / "exporter") as exporter,
        engine_in(tmp_path / "engine") as engine,
        Prometheus.of(
            tmp_path / "watch",
            engine=engine,
            rules=[rules],
            beside=[exporter.job(address)],
        ) as watch,
    ):

        def seen() -> bool:
            query = {"query": "probe_ssl_earliest_cert_expiry"}
            found = httpx.get(f"{watch.url}/api/v1/query", params=query).json()
            return bool(found["data"]["result"])

        block_until(seen, seconds=PATIENCE_SECONDS)
        evaluated(watch.url)
        fires = "CertificateEnds" in firing(watch.url)

    assert fires is ends_soon
