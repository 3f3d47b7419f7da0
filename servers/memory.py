"""The memory of a process, as Linux counts it (proc(5))."""

from pathlib import Path

PROC = Path("/proc")

RESIDENT = "VmRSS"
"""What the process has in memory now."""
PEAK = "VmHWM"
"""The most that it had since `forget_peak`."""

FORGET_PEAK = "5"
"""What /proc/PID/clear_refs calls it."""


def memory(pid: int, which: str = RESIDENT) -> int:
    """Bytes of a process alone, without its children."""
    status = (PROC / str(pid) / "status").read_text()
    kilobytes = status.split(f"{which}:")[1].split()[0]
    return int(kilobytes) * 1024


def forget_peak(pid: int) -> None:
    """From now on `PEAK` counts anew."""
    (PROC / str(pid) / "clear_refs").write_text(FORGET_PEAK)
