"""An operator sees which version of a model works, and how sure it is."""

import os
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sample_service import app
from service_sdk.models import MAX_KEPT, MAX_MODELS, Models, Telling, models
from service_sdk.testing import Kit


@pytest.fixture(params=["threads", "processes"])
def kit(request: pytest.FixtureRequest) -> Iterator[Kit]:
    models.forget()
    with Kit(app, worker_kind=request.param, workers=1) as kit:
        yield kit
    models.forget()


def told(kit: Kit) -> dict[str, float]:
    """The figures of models, by name and version."""
    text = kit.http.get("/metrics").text
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        if family.name.startswith("service_model")
        for sample in family.samples
    }


def test_a_service_tells_its_model_and_how_sure_it_was(kit: Kit) -> None:
    before = told(kit)
    for score in (0.5, 0.75):
        kit.call("guess", score=score)

    assert not before
    assert told(kit) == {
        "service_model_info guesses 1": 1,
        "service_model_score_count guesses": 2,
        "service_model_score_sum guesses": 1.25,
    }


def test_the_version_that_worked_last_takes_the_place_of_the_one_before(
    kit: Kit,
) -> None:
    for version in ("1", "2"):
        kit.call("guess", score=1, version=version)

    versions = [name for name in told(kit) if "info" in name]
    assert versions == ["service_model_info guesses 2"]


def test_figures_of_models_are_bounded() -> None:
    many = Models()
    for number in range(MAX_MODELS + 5):
        many.tell(Telling(f"model {number}", "v" * 1000, 0.5))

    info, sure = many.collect()
    assert len(info.samples) == MAX_MODELS
    assert max(len(sample.labels["version"]) for sample in info.samples) == 100
    assert len(sure.samples) == 2 * MAX_MODELS


def test_what_a_process_keeps_for_the_service_is_bounded_and_taken_once() -> None:
    process = Models()
    process.keep()
    for _ in range(MAX_KEPT + 5):
        process.tell(Telling("model", str(os.getpid())))

    assert len(process.take()) == MAX_KEPT
    assert not process.take()
    assert not list(process.collect())
