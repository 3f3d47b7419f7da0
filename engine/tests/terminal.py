"""`marketplace login` in a process of its own: it shows a code, and waits."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CODE = re.compile(r"^ +([A-Z]{4}-[A-Z]{4})$")


@contextmanager
def logging_in(
    engine: str, folder: Path
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command while it waits, and the code that it shows; it keeps its token in the
    folder."""
    command = [sys.executable, "-m", "engine.cli", "login", "--device"]
    environment = {"ENGINE_URL": engine, "XDG_CONFIG_HOME": str(folder)}
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            found = (CODE.match(line.rstrip()) for line in process.stderr)
            yield process, next(match[1] for match in found if match)
        finally:
            process.kill()
