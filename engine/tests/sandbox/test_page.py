"""The page about the sandbox says what is so."""

from pathlib import Path

import pytest
from engine.adapters.sandbox.limits import MIB, SandboxLimits
from engine.domain.errors import CodeFailed

from .attacks import ESCAPES, EXHAUSTION, OUTPUTS

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "sandbox.md"
OWN = SandboxLimits()


@pytest.mark.parametrize(
    "row",
    [
        f"| source | {OWN.source_bytes // 1024} KiB |",
        f"| running time | {OWN.run_time.total_seconds()} s, then it is interrupted; "
        f"{OWN.kill_delay.total_seconds()} s later its process is killed |",
        f"whatever it does | {OWN.request_time.total_seconds():g} s |",
        f"| memory of the code with its data | {OWN.memory_bytes // MIB} MiB |",
        f"| depth of calls | {OWN.call_depth} |",
        f"| requests to the host | {OWN.host_requests}, all of them refused |",
        f"| {OWN.printed_bytes // 1024} KiB |",
        f"| result | {OWN.output_values:,} values, {OWN.output_depth} levels, "
        f"{OWN.output_bytes:,} bytes of JSON |",
        f"| integers in a result | {OWN.integer_bits} bits",
        f"| {OWN.worker_address_space // MIB} MiB, {OWN.worker_files}, none, none;",
        f"| CPU of a process, in all | {OWN.worker_cpu.total_seconds():g} s |",
        f"a new process replaces it | {OWN.sessions_per_worker} |",
        f"| processes | {OWN.workers}, of which {OWN.idle_workers} are kept ready",
        f"| waiting for a free process | {OWN.wait.total_seconds():g} s,",
        f"longer than {OWN.slow_time.total_seconds()} s the last time it ran may hold "
        f"at most {OWN.slow_workers} of the {OWN.workers} processes",
    ],
)
def test_the_page_gives_the_limits_as_they_are(row: str) -> None:
    assert row in PAGE.read_text()


def test_the_page_does_not_boast() -> None:
    assert "more than 130 attacks" in PAGE.read_text()
    assert len(ESCAPES | EXHAUSTION | OUTPUTS) > 130


def test_the_hint_of_the_page_is_given(run) -> None:
    source = "a = 1\n\nnode.out['x'] = foces.out"

    with pytest.raises(CodeFailed) as failed:
        run(source, faces={})

    assert f"`{failed.value}`" in PAGE.read_text()
