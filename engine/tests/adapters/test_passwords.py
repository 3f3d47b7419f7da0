"""Judging a password costs little, whatever it is."""

import time

import pytest
from engine.adapters.passwords import Argon2Passwords, judged_part

ALL_SIGNS = "4@8({[<369&|1!0$5+7%2" * 9
"""Signs that stand for letters; each may stand for several."""


def test_a_password_of_signs_is_judged_soon() -> None:
    """72 of them took more than two seconds, with the interpreter locked."""
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # it has none

    zxcvbn("its lists are loaded")
    began = time.thread_time()

    zxcvbn(judged_part(ALL_SIGNS), user_inputs=["name"])

    assert time.thread_time() - began < 0.5


@pytest.mark.parametrize(
    "password",
    ["1234567890123", "P@$$w0rdP@$$w0rd", "passwordpassword" * 12, "qwertyuiop[]asdf"],
)
async def test_what_is_guessed_first_is_common(password: str) -> None:
    with Argon2Passwords() as passwords:
        assert await passwords.is_common(password, "name")


@pytest.mark.parametrize("password", ["tk7Vq!m2Rw#x9", ALL_SIGNS])
async def test_what_is_in_no_list_is_not_common(password: str) -> None:
    with Argon2Passwords() as passwords:
        assert not await passwords.is_common(password, "name")


async def test_passwords_take_a_third_of_the_time() -> None:
    """They took both cores, and an ordinary task two hundred times as long."""
    with Argon2Passwords() as passwords:
        hashed = await passwords.hash("ada")
        began = time.monotonic()
        worked = time.process_time()
        for _ in range(10):
            await passwords.verify(hashed, "ada")

        assert time.process_time() - worked < 0.6 * (time.monotonic() - began)
