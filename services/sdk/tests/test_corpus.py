"""Files of other packages are fetched entirely or not at all, and never built."""

import hashlib
import io
import tarfile
from pathlib import Path

import pytest
from corpus import PACKAGES, NotFetched, Package, corpus_files, fetch, unpack


def packed(path: Path, *names: str) -> Package:
    """Writes an archive of files with these names."""
    with tarfile.open(path, "w:gz") as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = 5
            archive.addfile(member, io.BytesIO(b"hello"))

    return Package("odd", "1.0", hashlib.sha256(path.read_bytes()).hexdigest())


def test_the_files_of_a_package_are_unpacked(tmp_path: Path) -> None:
    package = packed(tmp_path / "odd.tar.gz", "odd-1.0/tests/a.PDF", "odd-1.0/setup.py")

    unpack(package, tmp_path / "odd.tar.gz", tmp_path)

    unpacked = tmp_path / package.folder_name
    assert (unpacked / "odd-1.0/tests/a.PDF").read_bytes() == b"hello"


def test_another_archive_than_the_one_expected_is_not_unpacked(tmp_path: Path) -> None:
    packed(tmp_path / "odd.tar.gz", "odd-1.0/a.pdf")
    expected = Package("odd", "1.0", "0" * 64)

    with pytest.raises(NotFetched, match="not the package that was expected"):
        unpack(expected, tmp_path / "odd.tar.gz", tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["odd.tar.gz"]


def test_an_archive_that_leaves_its_folder_is_not_unpacked(tmp_path: Path) -> None:
    package = packed(tmp_path / "odd.tar.gz", "odd-1.0/a.pdf", "../../gone.pdf")

    with pytest.raises(tarfile.OutsideDestinationError):
        unpack(package, tmp_path / "odd.tar.gz", tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["odd.tar.gz"]


def test_what_is_there_is_not_fetched_again_and_what_is_left_over_goes(
    tmp_path: Path,
) -> None:
    package = packed(tmp_path / "odd.tar.gz", "odd-1.0/a.pdf")
    unpack(package, tmp_path / "odd.tar.gz", tmp_path)
    (tmp_path / ".part-of-yesterday").mkdir()

    fetch((package,), tmp_path)

    folders = [path.name for path in tmp_path.iterdir() if path.is_dir()]
    assert folders == [package.folder_name]


def test_without_the_files_a_test_does_not_succeed(tmp_path: Path) -> None:
    with pytest.raises(NotFetched, match="pillow.*run “make corpus”"):
        corpus_files(".pdf", folder=tmp_path)


@pytest.mark.corpus
def test_every_package_has_files() -> None:
    files = corpus_files(".pdf", ".docx", ".png", ".tif", ".txt", ".rst")

    for package in PACKAGES:
        assert any(package.folder_name in path.parts for path in files)
