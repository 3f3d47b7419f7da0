"""Every operation answers as the documentation says, for any request."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from servers.waiting import block_until

from .conftest import PIPELINES
from .serving import serving

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
bounded = settings(
    max_examples=5, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("engine")) as running:
        for document in PIPELINES:
            httpx.post(f"{running.url}/services", json=document).raise_for_status()
        yield running.url


@pytest.fixture(scope="module")
def finished(url: str) -> str:
    """The id of a task that has a file among its outputs."""
    files = {"image": ("f", b"1", "a/b")}
    task = httpx.post(f"{url}/services/file", files=files).json()["jobId"]

    def has_ended() -> bool:
        status = httpx.get(f"{url}/tasks/{task}/status").json()
        return bool(status["status"] != "running")

    block_until(has_ended)
    return str(task)


@pytest.fixture(scope="module")
def documented(url: str) -> Any:
    return schemathesis.openapi.from_url(f"{url}/openapi.json")


def check(
    documented: Any, judge: Callable[[Any], None], mode: GenerationMode, path: str = ""
) -> None:
    """Let the judge look at cases of every operation, or of those with this path."""
    for result in documented.get_all_operations():
        operation = result.ok()
        if path in ("", operation.path):
            cases = operation.as_strategy(generation_mode=mode)
            # Nothing can be wrong in a request without parameters.
            with suppress(Unsatisfiable):
                bounded(given(cases)(lambda case: judge(case)))()


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_operation_keeps_its_word(
    documented: Any, finished: str, mode: GenerationMode
) -> None:
    def judge(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)
        if "task" in (case.path_parameters or {}) and case.method == "GET":
            case.path_parameters["task"] = finished
            case.call_and_validate(checks=CHECKS)

    check(documented, judge, mode)


def test_what_a_route_says_it_refuses_it_refuses(documented: Any) -> None:
    def judge(case: Any) -> None:
        # a key that was seen before gives its task, whatever comes with it
        (case.headers or {}).pop("Idempotency-Key", None)
        case.call_and_validate(checks=[*CHECKS, negative_data_rejection])

    check(documented, judge, GenerationMode.NEGATIVE, "/services/person")
