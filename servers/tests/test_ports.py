"""No two processes are given the same port."""

import subprocess
import sys

from servers import ports

ASK = "from servers import ports; print(ports._is_ours({port}))"


def asked_elsewhere(port: int) -> str:
    """Whether another process would be given the port."""
    command = [sys.executable, "-c", ASK.format(port=port)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_port_is_kept_from_other_processes_before_anything_listens() -> None:
    port = ports.free_port()

    assert asked_elsewhere(port) == "False\n"


def test_a_port_is_free_again_when_its_process_has_ended() -> None:
    port = next(port for port in ports.PORTS if asked_elsewhere(port) == "True\n")

    assert asked_elsewhere(port) == "True\n"
