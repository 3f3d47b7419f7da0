"""`marketplace doctor` says what is wrong on this machine, and what to do."""

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from typer.testing import Result

from servers.waiting import block_until

from .conftest import started

Give = Callable[..., Result]


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


def test_a_machine_with_nothing_wrong_is_told_so(give: Give, tmp_path: Path) -> None:
    told = give("doctor", "--data", tmp_path / "new", PORT=free_port())

    assert told.exit_code == 0
    assert "✗" not in told.output
    assert "new will be made at the first start" in told.output
    assert "is free: no engine runs there" in told.output
    assert "✓ code of authors runs" in told.output or sys.platform != "linux"


def test_settings_that_cannot_be_used_are_wrong(give: Give) -> None:
    told = give("doctor", MAX_ITEMS="many")

    assert told.exit_code == 1
    assert "✗ the settings cannot be used: MAX_ITEMS: " in told.output
    assert "1 to be put right" in told.output


def test_a_data_folder_that_cannot_be_made_is_wrong(give: Give, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    told = give("doctor", "--data", tmp_path / "file/data", PORT=free_port())

    assert told.exit_code == 1
    assert "file/data cannot be written" in told.output
    assert "--data or DATA_DIR" in told.output


def test_a_data_folder_open_to_others_is_told(give: Give, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)

    told = give("doctor", "--data", tmp_path, PORT=free_port())

    assert told.exit_code == 0
    assert f"! other users of this machine can look into {tmp_path}" in told.output
    assert f"chmod 700 {tmp_path}" in told.output


def test_a_port_that_another_program_has_is_wrong(give: Give, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = str(other.getsockname()[1])
        told = give("doctor", "--data", tmp_path, PORT=port)

    assert told.exit_code == 1
    assert f"port {port} at 127.0.0.1 cannot be used" in told.output


def test_an_engine_that_runs_is_found_with_its_stores(
    give: Give, tmp_path: Path
) -> None:
    arguments = ("serve", "--port", "0", "--data", str(tmp_path / "data"))
    with started(tmp_path / "log", *arguments) as engine:
        port = engine.says(r"listening at http://127.0.0.1:(\d+)")
        # It listens before it has published the pipelines of its folder.
        block_until(lambda: httpx.get(f"http://127.0.0.1:{port}/readyz").is_success)

        told = give("doctor", "--data", tmp_path / "data", PORT=port)

    assert told.exit_code == 0, told.output
    assert "an engine answers at" in told.output
    assert "its stores are there" in told.output
    assert "code of authors runs" in engine.said


def test_an_engine_without_its_stores_is_wrong(give: Give, tmp_path: Path) -> None:
    nowhere = f"mongodb://127.0.0.1:{free_port()}/tasks"
    environment = {"MONGO_URL": nowhere, "SECRET": "0123456789abcdef" * 2}
    arguments = ("serve", "--port", "0", "--data", str(tmp_path / "data"))
    with started(tmp_path / "log", *arguments, **environment) as engine:
        port = engine.says(r"listening at http://127.0.0.1:(\d+)")

        told = give("doctor", "--data", tmp_path / "data", PORT=port)

    assert told.exit_code == 1, told.output
    assert "cannot reach its stores: " in told.output


def test_walls_that_are_off_are_told(give: Give, tmp_path: Path) -> None:
    told = give("doctor", "--data", tmp_path, PORT=free_port(), SANDBOX_WALLS="off")

    assert told.exit_code == 0
    assert "! code of authors runs behind no wall of the kernel: " in told.output


def test_a_value_of_the_walls_that_does_not_exist_is_wrong(give: Give) -> None:
    told = give("doctor", SANDBOX_WALLS="thick")

    assert told.exit_code == 1
    assert "SANDBOX_WALLS: must be 'available', 'required' or 'off'" in told.output


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_of_another_user_is_wrong(give: Give, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    told = give("doctor", "--data", tmp_path, PORT=free_port())

    assert told.exit_code == 1
    assert "cannot be written" in told.output


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such walls")
@pytest.mark.parametrize("command", ["doctor", "serve"])
def test_walls_that_are_required_and_not_to_be_had_are_wrong(
    command: str, tmp_path: Path
) -> None:
    # A script needs a shell, and no wall lets one start.
    script = tmp_path / "monty"
    script.write_text("#!/bin/sh\nexit 3\n")
    script.chmod(0o755)
    environment = {"SANDBOX_WALLS": "required", "MONTY_BIN": str(script), "PORT": "0"}
    arguments = (command, "--data", str(tmp_path / "data"))

    # A process of its own: what was tried out once is remembered in this one.
    with started(tmp_path / "log", *arguments, **environment) as asked:
        code = asked.ends()

    assert code == 1
    assert "SANDBOX_WALLS: the sandbox cannot have no_new_privs, Landlock, seccomp" in (
        asked.said
    )


def test_variables_that_are_almost_settings_are_told(
    give: Give, tmp_path: Path
) -> None:
    told = give(
        "doctor",
        "--data",
        tmp_path,
        PORT=free_port(),
        MONGO_URI="mongodb://somewhere",
        HOSTNAME="box",
    )

    assert told.exit_code == 0
    assert "MONGO_URI is no setting" in told.output
    assert "did you mean MONGO_URL?" in told.output
    assert "HOSTNAME is no setting" not in told.output
