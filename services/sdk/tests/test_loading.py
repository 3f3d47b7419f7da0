"""A model is loaded once, however many threads need it first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from service_sdk.loading import load_once

THREADS = 8


def test_threads_that_need_it_first_at_the_same_time_load_it_once() -> None:
    start = Barrier(THREADS)
    calls = list[str]()

    @load_once
    def model(name: str) -> object:
        calls.append(name)
        return object()

    def first_use(_: int) -> object:
        start.wait()
        return model("faces")

    with ThreadPoolExecutor(THREADS) as threads:
        loaded = set(threads.map(first_use, range(THREADS)))

    assert len(loaded) == 1
    assert calls == ["faces"]


def test_other_arguments_load_something_else() -> None:
    @load_once
    def model(name: str) -> list[str]:
        return [name]

    assert model("faces") is model("faces")
    assert model("digits") == ["digits"]


def test_what_could_not_be_loaded_is_tried_again() -> None:
    tries = iter([OSError("no network"), None])

    @load_once
    def model() -> str:
        error = next(tries)
        if error:
            raise error
        return "loaded"

    with pytest.raises(OSError, match="no network"):
        model()

    assert model() == "loaded"
