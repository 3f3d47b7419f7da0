"""A plugin of pytest: its workers save the lines that they cover, and count no others.

Coverage saves at the exit of a process. xdist waits ten seconds for that, and kills the
worker then: on a busy machine the lines of thousands of tests were lost.

Commands, services and engines that a test starts count nothing: their tests would take
nearly twice as long.
"""

import os
import warnings

import coverage
import pytest
from coverage.exceptions import CoverageWarning

MEASURED = "COVERAGE_PROCESS"
"""Variables of an environment in which Python counts lines begin so."""


def pytest_configure() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        for name in list(os.environ):
            if name.startswith(MEASURED):
                del os.environ[name]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    measured = coverage.Coverage.current()
    if measured is None or "PYTEST_XDIST_WORKER" not in os.environ:
        return

    measured.stop()
    with warnings.catch_warnings():
        # Of packages that this worker did not import: another one did.
        warnings.simplefilter("ignore", CoverageWarning)
        measured.save()
