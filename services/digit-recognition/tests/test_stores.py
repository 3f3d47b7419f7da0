"""What every store of models promises; the bucket is in a real S3."""

import os
from pathlib import Path

import pytest
from buckets import new_bucket
from digits.places import store_at
from digits.stores import Folder, Store, StoreError

NAME = "mnist_model_0_1/abc.onnx"


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.external)])
def any_store(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Store:
    if request.param == "bucket":
        return store_at(f"{new_bucket(monkeypatch)}/digits")
    return store_at(str(tmp_path))


def test_a_stored_file_is_found(any_store: Store) -> None:
    any_store.put(NAME, b"network")

    assert any_store.find(NAME) == b"network"


def test_a_file_that_was_never_stored_is_not_found(any_store: Store) -> None:
    assert any_store.find(NAME) is None


def test_a_file_that_is_stored_again_is_replaced(any_store: Store) -> None:
    any_store.put(NAME, b"network")
    any_store.put(NAME, b"better")

    assert any_store.find(NAME) == b"better"


def test_a_removed_file_is_absent_however_often_it_is_removed(any_store: Store) -> None:
    any_store.put(NAME, b"network")

    any_store.remove(NAME)
    any_store.remove(NAME)

    assert any_store.find(NAME) is None


def test_a_half_written_file_is_never_in_its_place(tmp_path: Path) -> None:
    Folder(tmp_path).put(NAME, b"network")

    assert os.listdir(tmp_path / "mnist_model_0_1") == ["abc.onnx"]


def test_a_path_that_is_not_a_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = store_at(str(tmp_path / "file"))

    for call in (lambda: store.find(NAME), lambda: store.put(NAME, b"network")):
        with pytest.raises(StoreError, match=str(tmp_path / "file")):
            call()


def test_a_bucket_that_cannot_be_reached_is_an_error_that_names_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    store = store_at("s3://models/digits")

    with pytest.raises(StoreError, match="s3://models/digits: "):
        store.find(NAME)


@pytest.mark.external
def test_a_bucket_that_is_missing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    new_bucket(monkeypatch)

    with pytest.raises(StoreError, match="NoSuchBucket"):
        store_at("s3://elsewhere").find(NAME)
