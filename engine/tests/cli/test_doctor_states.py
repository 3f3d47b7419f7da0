"""`marketplace doctor` at a machine that is wrong in one way: it says what to do.

Stores that are away, refuse or lack something are in adapters/test_store_health.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typer.testing import Result

from servers.ports import free_port

from .conftest import ROOT

Give = Callable[..., Result]
NOBODY = 65_534
IS_ROOT = os.geteuid() == 0


def doctor(give: Give, data: Path, **settings: str) -> Result:
    return give("doctor", "--data", data, **{"PORT": str(free_port()), **settings})


def certificate(folder: Path, *, days: int, name: str = "localhost") -> Path:
    """One with its key, that ends in so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@contextmanager
def behind_tls(shown: Path) -> Iterator[str]:
    """Something that answers every request, behind this certificate."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Tests have a log of their own."""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                """Who does not like the certificate goes away."""

    class Server(HTTPServer):
        def get_request(self) -> tuple[object, object]:  # type: ignore[override] # TLS
            plain, address = super().get_request()
            return context.wrap_socket(plain, server_side=True), address

    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown)
    server = Server(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"https://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("days", "name", "known", "sign", "words", "remedy"),
    [
        (90, "localhost", True, "✓", "holds for 90 days", ""),
        (5, "localhost", True, "!", "ends in 5 days", "renew it"),
        (-2, "localhost", True, "✗", "certificate has expired", "renew it"),
        (90, "other.example", True, "✗", "Hostname mismatch", "for this name"),
        (90, "localhost", False, "✗", "self-signed certificate", "SSL_CERT_FILE"),
    ],
    ids=["good", "ends soon", "expired", "other name", "unknown authority"],
)
def test_a_certificate_in_front_of_the_engine(
    give: Give,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
    name: str,
    known: bool,
    sign: str,
    words: str,
    remedy: str,
) -> None:
    shown = certificate(tmp_path, days=days, name=name)
    if known:
        monkeypatch.setenv("SSL_CERT_FILE", str(shown))

    with behind_tls(shown) as url:
        told = doctor(give, tmp_path / "new", PUBLIC_URL=url)

    (line,) = [one for one in told.output.splitlines() if words in one]
    assert line.startswith(sign)
    assert remedy in told.output
    assert told.exit_code == (1 if sign == "✗" else 0)


def test_a_public_url_where_nobody_answers(give: Give, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"

    told = doctor(give, tmp_path / "new", PUBLIC_URL=url)

    assert f"! no engine answers from here at PUBLIC_URL, {url}: " in told.output
    assert "or correct PUBLIC_URL and the proxy in front of it" in told.output
    # It may be that it was not started yet.
    assert told.exit_code == 0


@pytest.mark.parametrize("damage", ["newer", "no database", "lacks a table"])
def test_a_file_that_the_engine_cannot_use(
    give: Give, tmp_path: Path, damage: str
) -> None:
    file = tmp_path / "engine.db"
    if damage == "no database":
        file.write_bytes(b"no database at all" * 1000)
    else:
        with closing(sqlite3.connect(file)) as database:
            version = 999 if damage == "newer" else 16
            database.execute(f"PRAGMA user_version = {version}")
            database.execute("CREATE TABLE something (x)")
    words = {
        "newer": "has schema 999, and this engine knows",
        "no database": "cannot be read: file is not a database",
        "lacks a table": "says that it has schema 16, and lacks the column",
    }

    told = doctor(give, tmp_path)
    checked = give("upgrade-check", "--data", tmp_path)

    for said in (told, checked):
        assert said.exit_code == 1, said.output
        assert words[damage] in said.output
        assert "restore-backup" in said.output
    assert file.exists()


@pytest.mark.skipif(not IS_ROOT, reason="only root can give files to somebody else")
@pytest.mark.parametrize("closed", ["engine.db", "secret", "blobs"])
def test_files_that_another_user_has_made(closed: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "blobs").mkdir(parents=True)
    for name in ("engine.db", "secret"):
        (data / name).touch()
    for path in (data, *data.iterdir()):
        shutil.chown(path, NOBODY)
    mine = data / closed
    shutil.chown(mine, 0)
    mine.chmod(0o700)
    for path in (tmp_path, *tmp_path.parents):
        if path.stat().st_uid == 0 and not path.stat().st_mode & 0o001:
            path.chmod(path.stat().st_mode | 0o011)

    told = as_nobody(data)

    assert f"✗ this user ({NOBODY}) cannot read and write what is in" in told
    assert f"{data}: {closed}" in told
    assert f"chown -R {NOBODY} {data}" in told


AS_NOBODY = """
import os, sys
from pathlib import Path
from engine.cli.data_folder import folder
from engine.cli.doctor import shown_all
from engine.cli.trouble import console
screen = console()
# All is imported: the modules may be in a folder of root's.
os.setgroups([]); os.setgid(65534); os.setuid(65534)
sys.exit(not shown_all(folder(Path(sys.argv[1])), screen))
"""


def as_nobody(data: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(data)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    return done.stdout


@pytest.mark.skipif(not IS_ROOT, reason="only root can mount a small disk")
def test_a_disk_that_is_full(give: Give, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(small)]
    mounted = subprocess.run(mount, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no small disk can be had here: {mounted.stderr.strip()}")
    try:
        (small / "ballast").write_bytes(bytes(60 << 20))
        told = doctor(give, small)
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)

    assert told.exit_code == 1
    assert f"✗ {small} is full: it has 4 MiB left" in told.output
    assert "make room there" in told.output


def test_another_secret_than_the_one_that_things_were_kept_under(
    give: Give, tmp_path: Path
) -> None:
    kept = {"SECRET": "0" * 32, "DATA_DIR": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", SEALED], env={**os.environ, **kept}, cwd=ROOT
    )
    assert run.returncode == 0

    told = doctor(give, tmp_path, SECRET="1" * 32)
    right = doctor(give, tmp_path, SECRET="1" * 32, SECRET_OLD="0" * 32)

    assert told.exit_code == 1
    assert "✗ 1 secrets cannot be read with this key: github" in told.output
    assert "set SECRET to what it was" in told.output
    assert right.exit_code == 0, right.output


SEALED = """
import asyncio
from os import environ
from engine.bootstrap.assembly import assemble
from engine.settings import Settings

async def main():
    engine = assemble(Settings.from_environment(environ))
    async with engine.running():
        await engine.secrets.put("github", "a long value")

asyncio.run(main())
"""
