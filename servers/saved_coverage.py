"""A plugin of pytest: what its workers covered is saved before they are told to end.

Coverage saves it at the exit of a process. xdist waits ten seconds for that, and kills
the worker then: on a busy machine the lines of thousands of tests were lost.
"""

import os
import warnings

import coverage
import pytest
from coverage.exceptions import CoverageWarning


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
