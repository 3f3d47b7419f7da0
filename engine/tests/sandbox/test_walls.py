"""A worker that was taken over meets the walls of the kernel."""

import logging
import os
import shutil
import socket
import struct
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine.adapters.sandbox.evaluator import MontyEvaluator
from engine.adapters.sandbox.launcher import launcher
from engine.adapters.sandbox.limits import SandboxLimits
from engine.adapters.sandbox.walls import launch, seccomp

from .test_workers import workers
from .walled import ALL, DONE, ONLY_LANDLOCK, ONLY_SECCOMP, Target

HERE = launcher(SandboxLimits(), "available")
YAMA = Path("/proc/sys/kernel/yama/ptrace_scope")

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux has such walls"
)


def standing(*names: str) -> tuple[str, ...]:
    """The names; skips the test if this kernel does not have one of them."""
    for name in names:
        if name in HERE.missing:
            pytest.skip(f"no {name} here: {HERE.missing[name]}")
    return (launch.NO_NEW_PRIVILEGES, *names)


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Target]:
    """A file, a port that listens, and a process that may be hurt."""
    file = tmp_path / "secret"
    file.write_text("of others")

    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        subprocess.Popen(["/bin/sleep", "60"]) as victim,
    ):
        yield Target(file=file, victim=victim.pid, port=listener.getsockname()[1])
        victim.kill()


@pytest.mark.parametrize("name", ALL)
def test_without_walls_an_attempt_succeeds(name: str, target: Target) -> None:
    if os.geteuid() != 0 and YAMA.exists() and "engine" in name:
        pytest.skip("Yama keeps ordinary users from processes beside their own")

    assert target.try_behind((), ALL[name]) == DONE


@pytest.mark.parametrize("name", ALL)
def test_all_walls_refuse_it(name: str, target: Target) -> None:
    standing(launch.LANDLOCK, launch.SECCOMP)

    assert "Error" in target.try_behind(launch.NAMES, ALL[name])


@pytest.mark.parametrize("name", ONLY_LANDLOCK)
def test_landlock_alone_refuses_it(name: str, target: Target) -> None:
    walls = standing(launch.LANDLOCK)

    assert "Error" in target.try_behind(walls, ONLY_LANDLOCK[name])


@pytest.mark.parametrize("name", ONLY_SECCOMP)
def test_seccomp_alone_refuses_it(name: str, target: Target) -> None:
    walls = standing(launch.SECCOMP)

    assert "not implemented" in target.try_behind(walls, ONLY_SECCOMP[name])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_who_was_root_cannot_become_root_again(target: Target) -> None:
    walls = standing(launch.OWN_USER, launch.DROPPED_CAPABILITIES)

    assert "not permitted" in target.try_behind(walls, "os.setuid(0)")


def status(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {key: value.strip() for key, _, value in (li.partition(":") for li in lines)}


def test_every_worker_stands_behind_the_walls(scope) -> None:
    standing(launch.SECCOMP, launch.DROPPED_CAPABILITIES)
    before = workers()

    with MontyEvaluator() as evaluator:
        evaluator.expression("1", scope())
        found = [status(pid) for pid in workers() - before]

    assert found
    for worker in found:
        assert worker["NoNewPrivs"] == "1"
        assert worker["Seccomp"] == "2"
        assert int(worker["CapEff"], 16) == int(worker["CapPrm"], 16) == 0
        if launch.OWN_USER not in HERE.missing:
            assert set(worker["Uid"].split()) == {"65534"}


def test_a_worker_inherits_nothing_that_the_engine_has_open(scope) -> None:
    before = workers()
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)

    with MontyEvaluator() as evaluator:
        evaluator.expression("1", scope())
        opened = [os.listdir(f"/proc/{pid}/fd") for pid in workers() - before]

    os.close(reading)
    os.close(writing)
    assert opened
    assert all(set(names) == {"0", "1", "2"} for names in opened)


def test_what_stands_is_said_when_the_engine_starts(caplog) -> None:
    standing(launch.LANDLOCK, launch.SECCOMP)
    caplog.set_level(logging.INFO)

    with MontyEvaluator():
        pass

    assert "code of authors runs behind: " in caplog.text
    assert "Landlock" in caplog.text and "seccomp" in caplog.text


def test_without_walls_the_log_warns_and_the_kernel_still_bounds(scope, caplog) -> None:
    before = workers()

    with MontyEvaluator(walls="off") as evaluator:
        assert evaluator.expression("1", scope()) == 1
        bounds = [Path(f"/proc/{pid}/limits").read_text() for pid in workers() - before]

    assert "behind no wall of the kernel: SANDBOX_WALLS=off" in caplog.text
    # One of them has worked; another one may be waiting.
    assert any("Max open files            0 " in text for text in bounds)


REFUSING = """
    import errno, struct, ctypes
    from engine.adapters.sandbox.evaluator import MontyEvaluator
    from engine.adapters.sandbox.launcher import MissingWalls, launcher
    from engine.adapters.sandbox.limits import SandboxLimits
    from engine.adapters.sandbox.walls import seccomp, user
    from engine.adapters.sandbox.walls.kernel import prctl
    from engine.domain.code import Scope

    this = {"id": "a", "finished": True, "out": {}, "input": {}, "params": {}}
    scope = Scope("a", {"a": this}, {}, frozenset("a"))
    create_ruleset = 444
    program = b"".join(struct.pack("HBBI", *one) for one in [
        (seccomp.LOAD, 0, 0, seccomp.NUMBER_OFFSET),
        (seccomp.JUMP_EQUAL, 0, 1, create_ruleset),
        (seccomp.RETURN, 0, 0, 0x50000 | errno.EPERM),
        (seccomp.RETURN, 0, 0, seccomp.ALLOW),
    ])
    kept = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(kept))
    user.forbid_new_privileges()
    prctl(22, 2, ctypes.c_char_p(head))
"""
"""Like a container whose profile does not know Landlock."""


def program(text: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(REFUSING) + textwrap.dedent(text)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
        check=False,
    )


def test_where_a_wall_cannot_be_had_the_others_stand() -> None:
    standing(launch.LANDLOCK, launch.SECCOMP)

    ended = program("""
        with MontyEvaluator() as evaluator:
            print(evaluator.expression("1 + 1", scope))
        found = launcher(SandboxLimits(), "available")
        print(found.lacking, "seccomp" in found.standing)
    """)

    assert ended.stdout == "2\n{'Landlock': 'Operation not permitted'} True\n"


def test_a_required_wall_that_cannot_be_had_is_an_error_with_a_remedy() -> None:
    standing(launch.LANDLOCK, launch.SECCOMP)

    ended = program("""
        try:
            MontyEvaluator(walls="required")
        except MissingWalls as error:
            print(error)
    """)

    assert ended.stdout == (
        "the sandbox cannot have Landlock: Operation not permitted. Use a kernel and a "
        "container that allow it, or SANDBOX_WALLS=available to run code of authors "
        "without it\n"
    )


def test_required_walls_that_are_there_let_code_run(scope) -> None:
    standing(launch.LANDLOCK, launch.SECCOMP)

    with MontyEvaluator(walls="required") as evaluator:
        assert evaluator.expression("1 + 1", scope()) == 2


def test_a_wall_with_which_the_interpreter_does_not_start_is_left_out(
    scope, monkeypatch
) -> None:
    standing(launch.LANDLOCK)
    # Like a system that keeps its loader where nobody looks for it.
    monkeypatch.setattr(f"{launcher.__module__}._loader_of", lambda program: "")
    limits = SandboxLimits(workers=1, idle_workers=1, slow_workers=1)

    with MontyEvaluator(limits) as evaluator:
        value = evaluator.expression("1 + 1", scope())

    assert value == 2
    reason = launcher(limits, "available").missing[launch.LANDLOCK]
    assert reason == "the interpreter does not start with it here"


def test_the_interpreter_may_be_where_only_the_engine_can_go(
    tmp_path: Path, scope, monkeypatch
) -> None:
    copied = tmp_path / "monty"
    shutil.copy(Path(sys.executable).parent / "monty", copied)
    tmp_path.chmod(0o700)
    monkeypatch.setenv("MONTY_BIN", str(copied))
    limits = SandboxLimits(workers=1, idle_workers=1, slow_workers=1, call_depth=62)

    with MontyEvaluator(limits) as evaluator:
        value = evaluator.expression("1 + 1", scope())

    assert value == 2
    assert launcher(limits, "available").missing == HERE.missing


def test_an_interpreter_that_starts_behind_no_wall_still_works(
    tmp_path: Path, scope, monkeypatch
) -> None:
    # A script needs a shell, which is not among the programs that may be started.
    found = Path(sys.executable).parent / "monty"
    script = tmp_path / "monty"
    script.write_text(f'#!/bin/sh\nexec {found} "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("MONTY_BIN", str(script))
    limits = SandboxLimits(workers=1, idle_workers=1, slow_workers=1, call_depth=63)

    with MontyEvaluator(limits) as evaluator:
        value = evaluator.expression("1 + 1", scope())

    assert value == 2
    assert set(launcher(limits, "available").missing) == set(launch.NAMES)


def answer(filter_: bytes, architecture: int, number: int, *arguments: int) -> int:
    """What the filter answers to a call: the BPF machine, as far as it is used."""
    six = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    given = struct.pack("IIQ6Q", number, architecture, 0, *six)
    program = list(struct.iter_unpack("HBBI", filter_))
    word = at = 0

    while True:
        code, then, otherwise, operand = program[at]
        at += 1
        match code:
            case seccomp.LOAD:
                (word,) = struct.unpack_from("I", given, operand)
            case seccomp.AND:
                word &= operand
            case seccomp.JUMP_EQUAL:
                at += then if word == operand else otherwise
            case seccomp.RETURN:
                return int(operand)


ARM = seccomp.ARCHITECTURES["aarch64"]


@pytest.mark.parametrize(
    ("allowed", "call"),
    [
        (True, (63, 0)),  # read
        (True, (220, 0x3D0F00)),  # clone, as the C library starts a thread
        (False, (220, 17)),  # clone, as it forks
        (True, (56, 0, 0, 0x80000)),  # openat, to read
        (False, (56, 0, 0, 0x80001)),  # openat, to write
        (True, (131, 7)),  # tgkill, itself
        (False, (131, 8)),  # tgkill, another process
        (True, (261, 0)),  # prlimit64, its own
        (False, (261, 1)),  # prlimit64, of another process
        (False, (435,)),  # clone3
        (False, (198,)),  # socket
        (False, (117,)),  # ptrace
        (False, (425,)),  # io_uring_setup
    ],
)
def test_the_filter_for_arm_does_the_same(allowed: bool, call: tuple[int, ...]) -> None:
    filter_ = seccomp.filter_for("aarch64", 7)

    expected = seccomp.ALLOW if allowed else seccomp.REFUSE
    assert answer(filter_, ARM, *call) == expected


def test_calls_by_the_table_of_another_architecture_end_the_process() -> None:
    filter_ = seccomp.filter_for("aarch64", 7)

    assert answer(filter_, seccomp.ARCHITECTURES["x86_64"], 63) == seccomp.KILL


def test_a_machine_without_a_filter_is_named() -> None:
    with pytest.raises(OSError, match="riscv64"):
        seccomp.filter_for("riscv64", 7)
