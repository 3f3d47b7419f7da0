"""The engine without traces, and with them: what they cost of its processor time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import Side
from bench.processes import ENGINE, Process, engine, python, stopping
from servers.otlp import Collector

WITHOUT = "no traces"
WITH = "with traces"


@contextmanager
def beside_no_traces() -> Iterator[tuple[Sequence[Side], Process]]:
    """An engine of each kind in a new folder, and the service, which makes none."""
    with TemporaryDirectory(prefix="bench-") as temporary, Collector() as collector:
        folder = Path(temporary)
        traced = {**ENGINE, "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}

        service = Process(python("bench.service", "PORT"))
        plain = Process(engine(folder / "plain"), environment=ENGINE)
        other = Process(engine(folder / "traced"), environment=traced)
        with stopping(service, plain, other):
            yield [Side(WITHOUT, [plain]), Side(WITH, [other])], service
