"""Secrets at rest: nothing of them can be read, moved or changed without the key."""

from pathlib import Path

import pytest
from engine.adapters.choice import chosen
from engine.adapters.sealing import AesSealer
from engine.ports import Opening
from engine.settings import Settings

VALUE = "the value of a key: ß€"


@pytest.fixture
def sealer() -> AesSealer:
    return AesSealer(b"k" * 32)


def test_what_was_sealed_can_be_opened(sealer: AesSealer) -> None:
    sealed = sealer.seal("key", VALUE)

    assert VALUE.encode() not in sealed
    assert sealer.open("key", sealed) == Opening(VALUE, is_current=True)


def test_the_same_value_never_looks_the_same(sealer: AesSealer) -> None:
    assert sealer.seal("key", VALUE) != sealer.seal("key", VALUE)


def test_a_value_cannot_be_moved_to_another_name(sealer: AesSealer) -> None:
    sealed = sealer.seal("key", VALUE)

    assert sealer.open("other", sealed) is None


def test_a_changed_value_cannot_be_opened(sealer: AesSealer) -> None:
    sealed = sealer.seal("key", VALUE)

    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        assert sealer.open("key", bytes(changed)) is None
        assert sealer.open("key", sealed[:place]) is None


def test_another_key_opens_nothing(sealer: AesSealer) -> None:
    sealed = sealer.seal("key", VALUE)

    assert AesSealer(b"other key").open("key", sealed) is None


def test_an_old_key_still_opens_and_says_that_it_is_old(sealer: AesSealer) -> None:
    sealed = sealer.seal("key", VALUE)

    rotated = AesSealer(b"new", [b"another old one", b"k" * 32])

    assert rotated.open("key", sealed) == Opening(VALUE, is_current=False)


def test_an_opened_value_is_not_printed() -> None:
    assert VALUE not in repr(Opening(VALUE, is_current=True))


@pytest.mark.parametrize("old", [(), ("an old one of more than 32 characters",)])
def test_an_engine_that_is_given_a_secret_reads_what_it_sealed_before(
    tmp_path: Path, old: tuple[str, ...]
) -> None:
    # The first has the key of the file in its folder, or the old one.
    before = Settings(data_dir=tmp_path, secret=old[0] if old else "")
    sealed = chosen(before).sealer.seal("key", VALUE)
    now = Settings(data_dir=tmp_path, secret="a new one, also of many characters")

    sealer = chosen(now.model_copy(update={"secret_old": old})).sealer

    assert sealer.open("key", sealed) == Opening(VALUE, is_current=False)
