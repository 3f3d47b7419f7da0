"""MNIST is downloaded and checked; the card says when other pictures replace it."""

import gzip
import hashlib
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from paper import handwritten
from service_sdk.testing import Loopback
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from training.dataset import Dataset, Split, chosen, describe, load, upscale
from training.distort import distort
from training.mnist import MD5, NotFetched, fetch, read
from training.verdict import Worse, judge

CLOSED = "http://127.0.0.1:1/"
PICTURES = np.arange(3 * 28 * 28, dtype=np.uint32).reshape(3, 28, 28).astype(np.uint8)


def packed(values: np.ndarray) -> bytes:
    """The values in the format of the MNIST files."""
    header = struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
    return gzip.compress(header + values.tobytes())


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[str]:
    """A server of four small files of that format."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    for name in MD5:
        content = PICTURES if "images" in name else np.array([7, 0, 7], np.uint8)
        (folder / name).write_bytes(packed(content))
    app = Starlette(routes=[Mount("/", StaticFiles(directory=folder))])
    with Loopback(app) as server:
        yield f"{server.url}/"


def digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.md5((folder / name).read_bytes()).hexdigest() for name in MD5}


def test_the_files_are_downloaded_from_the_first_mirror_that_has_them(
    mirror: str, tmp_path: Path
) -> None:
    fetch([CLOSED, f"{mirror}wrong/", mirror], tmp_path, digests(tmp_path / "mirror"))

    pictures, digits = read(tmp_path, "t10k")
    assert np.array_equal(pictures, PICTURES)
    assert digits.tolist() == [7, 0, 7]


def test_files_that_were_downloaded_need_no_mirror(mirror: str, tmp_path: Path) -> None:
    fetch([mirror], tmp_path, digests(tmp_path / "mirror"))

    fetch([], tmp_path)


def test_other_files_under_the_same_name_are_refused(
    mirror: str, tmp_path: Path
) -> None:
    with pytest.raises(NotFetched, match="is not the file of MNIST"):
        fetch([mirror], tmp_path / "new")

    assert not [path for path in (tmp_path / "new").iterdir() if path.suffix == ".gz"]


def test_a_training_on_mnist_uses_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(NotFetched, match="127.0.0.1"):
        load({"source": "mnist", "mirrors": [CLOSED]}, tmp_path)


def test_an_unknown_source_is_refused_with_the_known_ones(
    tmp_path: Path,
) -> None:
    with pytest.raises(ValueError, match="'imagenet'; choose auto, mnist or bundled"):
        load({"source": "imagenet"}, tmp_path)


@pytest.mark.parametrize("digits", [[], [7], [7, 7], [1, 2, 10]])
def test_fewer_than_two_digits_or_others_are_refused(digits: list[int]) -> None:
    with pytest.raises(ValueError, match="choose at least two of 0 to 9"):
        chosen(digits)


def test_only_the_digits_asked_for_are_learned_and_the_card_says_so() -> None:
    every = Split(PICTURES, np.array([7, 0, 7]))
    why = "MNIST could not be downloaded: no network"

    card = describe(
        Dataset(source="drawings", train=every.only([7]), test=every, why=why)
    )

    assert card["summary"] == "drawings: 2 pictures of 7"
    assert card["train"] == {"7": 2} and card["test"] == {"0": 1, "7": 2}
    assert card["why"] == why


def test_small_digits_become_pictures_like_those_of_mnist() -> None:
    picture = upscale(handwritten(7) * 16)

    assert picture.shape == (28, 28) and picture.dtype == np.uint8
    assert picture.max() > 230 and not picture[:2].any()


def test_a_distorted_picture_differs_and_can_be_had_again() -> None:
    frame = upscale(handwritten(7) * 16).astype(np.float32) / 255

    first = distort(frame, np.random.default_rng(1))
    second = distort(frame, np.random.default_rng(2))
    again = distort(frame, np.random.default_rng(1))

    assert np.array_equal(first, again)
    assert np.abs(first - second).mean() > 0.02
    assert first.min() >= 0 and first.max() <= 1


@pytest.mark.parametrize("candidate", [0.97, 0.98, 0.99])
def test_a_model_that_is_not_much_worse_may_serve(candidate: float) -> None:
    judge(candidate=candidate, serving=0.98, version="3", margin=0.01)


def test_a_worse_model_may_not_serve_and_the_error_says_by_how_much() -> None:
    with pytest.raises(Worse, match=r"0\.3022 is 0\.6778 below.*version 3.*0\.01 is"):
        judge(candidate=0.3022, serving=0.98, version="3", margin=0.01)
