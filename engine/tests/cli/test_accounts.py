"""`marketplace login`, `whoami`, `tokens`, `people`: what they keep, and who may."""

import asyncio
import json
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer
from documents import end, entry, pipeline
from engine.cli.client import EngineClient
from engine.cli.commands import app
from engine.cli.patient_download import download
from engine.cli.pipeline_files import tell_faults
from typer.testing import CliRunner, Result

from .conftest import PASSWORD, serving_accounts

Use = Callable[..., Result]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="module")
def engine(folder: Path) -> Iterator[str]:
    """An engine with accounts, whose first administrator was made without it."""
    with serving_accounts(folder) as url:
        yield url


@pytest.fixture
def use(engine: str, tmp_path: Path) -> Use:
    """Gives a command to the engine, with settings of its own in a folder."""

    def run(*arguments: str, stdin: str = "", **environment: str) -> Result:
        own = {"ENGINE_URL": engine, "XDG_CONFIG_HOME": str(tmp_path)}
        return CliRunner().invoke(
            app, list(arguments), env={**own, **environment}, input=stdin
        )

    return run


def test_a_person_signs_in_with_a_password_and_out_again(
    use: Use, tmp_path: Path, engine: str
) -> None:
    before = use("list")
    signed_in = use("login", "--name", "root", stdin=PASSWORD)
    who = use("whoami")
    kept = tmp_path / "marketplace/tokens.json"
    mode = stat.S_IMODE(kept.stat().st_mode)
    secret = json.loads(kept.read_text())[engine]
    listed = use("list")
    out = use("logout")

    assert before.exit_code == 1
    assert "login" in before.output
    assert signed_in.exit_code == 0, signed_in.output
    assert who.output.splitlines()[:2] == ["root", "administrator"]
    assert mode == 0o600
    assert secret.startswith("mkp_")
    assert secret not in signed_in.output
    assert listed.exit_code == 0
    assert out.exit_code == 0
    assert use("whoami", MARKETPLACE_TOKEN=secret).exit_code == 1
    assert use("whoami").exit_code == 1


def test_a_wrong_password_signs_nobody_in(use: Use, tmp_path: Path) -> None:
    answer = use("login", "--name", "root", stdin="not the password at all")

    assert answer.exit_code == 1
    assert "do not belong together" in answer.output
    assert not (tmp_path / "marketplace").exists()


def test_people_and_their_tokens_are_made_and_revoked(use: Use) -> None:
    use("login", "--name", "root", stdin=PASSWORD)

    added = use("people", "add", "ada", "--role", "reader", stdin=PASSWORD)
    people = use("people", "list")
    made = use("tokens", "add", "reports at dawn", "--scope", "read")
    token = made.output.splitlines()[0]
    mine = {"MARKETPLACE_TOKEN": token}
    listed = use("tokens", "list")

    assert added.exit_code == 0, added.output
    assert "ada" in people.output
    assert use("whoami", **mine).output.splitlines()[-1] == "with a token for: read"
    assert use("list", **mine).exit_code == 0
    refused = use("secrets", "list", **mine)
    assert "has not the scope" in refused.output
    # All tests of this file share the engine, and so the tokens of root.
    (line,) = [line for line in listed.output.splitlines() if "at dawn" in line]
    assert use("tokens", "revoke", line.split()[0]).exit_code == 0
    assert use("list", **mine).exit_code == 1


def test_a_token_of_a_service_is_made_for_routes(use: Use) -> None:
    use("login", "--name", "root", stdin=PASSWORD)

    made = use("tokens", "add", "faces", "--announces", "face-*")
    listed = use("tokens", "list")

    assert made.exit_code == 0, made.output
    assert "face-*" in listed.output


def test_a_token_is_read_from_standard_input(use: Use) -> None:
    use("login", "--name", "root", stdin=PASSWORD)
    token = use("tokens", "add", "other machine").output.splitlines()[0]

    answer = use("login", stdin=f"{token}\n")
    wrong = use("login", stdin="mkp_wrong\n")

    assert answer.exit_code == 0
    assert wrong.exit_code == 1
    assert "does not know this token" in wrong.output


def test_the_stores_of_a_running_engine_are_left_alone(use: Use, folder: Path) -> None:
    answer = use("people", "add", "eve", "--here", stdin=PASSWORD, DATA_DIR=str(folder))

    assert answer.exit_code == 1
    assert "used by another engine" in answer.output


def test_the_audit_log_is_exported_and_a_change_in_it_is_found(
    use: Use, tmp_path: Path
) -> None:
    use("login", "--name", "root", stdin=PASSWORD)
    use("tokens", "add", "a nightly job")
    file = tmp_path / "audit.jsonl"

    exported = use("audit", "export", "-o", str(file))
    printed = use("audit", "export")
    asked = use("audit", "verify")
    read = use("audit", "verify", str(file))
    file.write_text(file.read_text().replace("a nightly job", "nothing at all"))
    changed = use("audit", "verify", str(file))
    file.write_text("no entry")
    other = use("audit", "verify", str(file))

    assert exported.exit_code == 0, exported.output
    assert "a nightly job" in printed.output
    assert "each follows the one before" in asked.output
    assert read.exit_code == 0
    assert (changed.exit_code, other.exit_code) == (1, 1)
    assert "was changed: its hash is of other content" in changed.output
    assert "line 1 is no entry" in other.output


def test_spaces_and_groups_are_managed_and_commands_are_given_to_a_space(
    use: Use, tmp_path: Path
) -> None:
    use("login", "--name", "root", stdin=PASSWORD)
    document = pipeline(entry("end", id_="entry", route="sketch", body={}), end())
    file = tmp_path / "sketch.json"
    file.write_text(json.dumps(document))

    done = [
        use("spaces", "add", "art", "--name", "Art"),
        use("spaces", "add", "lab"),
        use("groups", "add", "class-7b", "--provider-group", "/7b"),
        use("spaces", "put", "art", "class-7b", "author"),
        use("spaces", "put", "art", "root", "owner"),
        use("spaces", "rename", "art", "Fine art"),
        use("push", str(file), MARKETPLACE_SPACE="art"),
        use("spaces", "share", "sketch", "lab", "--read"),
        use("spaces", "share", "sketch", "lab", "--stop"),
        use("secrets", "set", "key", stdin="x" * 20, MARKETPLACE_SPACE="art"),
    ]

    assert [one.output for one in done if one.exit_code] == []
    assert "Fine art" in use("spaces", "list").output
    assert "class-7b" in use("spaces", "members", "art").output
    assert "author of art" in use("groups", "list").output
    assert "key" in use("secrets", "list", MARKETPLACE_SPACE="art").output
    assert "no secrets" in use("secrets", "list").output
    refused = use("spaces", "delete", "art")
    assert (refused.exit_code, "sketch" in refused.output) == (1, True)
    removed = [
        use("spaces", "remove", "art", "root"),
        use("groups", "delete", "class-7b"),
        use("spaces", "delete", "lab"),
    ]
    assert [one.output for one in removed if one.exit_code] == []


def test_faults_of_pipelines_are_told_to_who_may_see_them(
    use: Use, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use("login", "--name", "root", stdin=PASSWORD)
    faulty = tmp_path / "faulty.json"
    faulty.write_text(json.dumps({"type": "pipeline", "nodes": []}))
    told: list[tuple[str, str]] = []

    async def tell() -> None:
        async with httpx.AsyncClient(timeout=60) as http:
            await tell_faults(
                [faulty, faulty],
                http=http,
                engine=engine,
                tell=lambda name, line: told.append((name, line)),
            )

    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "of nobody"))
    asyncio.run(tell())
    as_nobody = list(told)
    told.clear()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    asyncio.run(tell())

    assert len(as_nobody) == 1
    assert "login" in as_nobody[0][1]
    assert {name for name, _ in told} == {"faulty.json"}
    assert any(line.startswith("error: ") for _, line in told)


def test_a_person_is_erased_and_the_audit_log_still_verifies(use: Use) -> None:
    use("login", "--name", "root", stdin=PASSWORD)
    use("people", "add", "otto", "--role", "reader", stdin=PASSWORD)
    use("login", "--name", "otto", stdin=PASSWORD)
    use("login", "--name", "root", stdin=PASSWORD)

    unsure = use("people", "erase", "otto", stdin="n\n")
    erased = use("people", "erase", "OTTO", "--yes")
    verified = use("audit", "verify")

    assert unsure.exit_code == 1
    assert erased.exit_code == 0, erased.output
    assert "1 tokens" in erased.output
    assert "a person was erased" in verified.output
    assert "otto" not in use("people", "list").output
    assert "otto" not in use("audit", "export").output


def test_a_person_exports_what_is_known_of_them(use: Use, tmp_path: Path) -> None:
    use("login", "--name", "root", stdin=PASSWORD)
    use("people", "add", "otti", "--role", "reader", stdin=PASSWORD)
    other = tmp_path / "other.zip"
    by_root = use("people", "export", "otti", "-o", str(other))
    use("login", "--name", "otti", stdin=PASSWORD)
    own = tmp_path / "own.zip"
    by_self = use("people", "export", "-o", str(own))
    refused = use("people", "export", "root", "-o", str(own))

    assert by_root.exit_code == 0, by_root.output
    assert by_self.exit_code == 0, by_self.output
    for file in (other, own):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        with zipfile.ZipFile(file) as archive:
            assert json.loads(archive.read("person.json"))["name"] == "otti"
    assert refused.exit_code == 1


def test_a_download_goes_on_where_it_broke_off(tmp_path: Path) -> None:
    content = bytes(range(256)) * 4_000
    target = tmp_path / "own.zip"
    asked: list[str] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(request.headers.get("range", ""))
        start = int(asked[-1].removeprefix("bytes=").rstrip("-") or 0)
        response = web.StreamResponse(
            status=206 if start else 200, headers={"ETag": '"1"'}
        )
        response.content_length = len(content) - start
        await response.prepare(request)
        whole = len(asked) == 3
        await response.write(content[start : None if whole else start + 300_000])
        if not whole:
            assert request.transport is not None
            request.transport.close()
        return response

    with in_thread(answer) as url, EngineClient(url) as client:
        said: list[str] = []
        download(client, "/people/x/export", target, said.append)

    assert target.read_bytes() == content
    assert len(said) == 2
    assert asked[0] == ""
    assert list(tmp_path.iterdir()) == [target]


@contextmanager
def in_thread(handle: Callable[..., Any]) -> Iterator[str]:
    """A server for calls that wait in this thread."""
    with asyncio.Runner() as runner:
        server = RawTestServer(handle)
        runner.run(server.start_server())
        loop = runner.get_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.port}"
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            runner.run(server.close())
