"""JSON is read so that all programs read the same values."""

import time

import pytest
from service_sdk.json_text import NotJson, read_json


def test_a_key_that_is_given_twice_is_found_quickly_and_shown_in_short() -> None:
    """In 200,000 keys it took minutes to find."""
    keys = [*map(str, range(200_000)), "x" * 1000, "x" * 1000]
    text = "{" + ",".join(f'"{key}":1' for key in keys) + "}"
    began = time.thread_time()

    with pytest.raises(NotJson) as refused:
        read_json(text.encode())

    assert str(refused.value) == f"the key “{'x' * 40}” is given twice"
    assert time.thread_time() - began < 5
