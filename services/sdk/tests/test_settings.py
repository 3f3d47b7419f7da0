"""Settings come from the environment; one that cannot be read is named."""

from pathlib import Path

import pytest
from service_sdk.errors import BadSetting
from service_sdk.settings import Settings


def test_a_setting_that_is_not_set_keeps_its_default() -> None:
    assert Settings.from_environment({"PORT": ""}) == Settings()


def test_values_take_the_type_of_their_default() -> None:
    settings = Settings.from_environment(
        {"PORT": "9001", "KEEP_SECONDS": "1.5", "ENGINE_URL": "http://engine:8080"}
    )

    assert (settings.port, settings.keep_seconds) == (9001, 1.5)
    assert settings.engine_url == "http://engine:8080"


def test_the_own_address_is_loopback_unless_it_is_given() -> None:
    assert Settings(port=9001).address == "http://127.0.0.1:9001"
    assert Settings(service_url="http://blur:80/").address == "http://blur:80"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("WORKERS", "0"),
        ("WORKER_KIND", "elves"),
        ("USE_PROXY", "perhaps"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        Settings.from_environment({name: value})


@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "1e999"])
def test_a_number_that_is_not_finite_is_named(value: str) -> None:
    with pytest.raises(BadSetting, match=f"JOB_SECONDS='{value}' is not a finite"):
        Settings.from_environment({"JOB_SECONDS": value})


def test_a_token_can_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("mine\n")

    settings = Settings.from_environment({"ENGINE_TOKEN_FILE": str(tmp_path / "token")})

    assert settings.engine_token == "mine"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="ENGINE_TOKEN_FILE: "):
        Settings.from_environment({"ENGINE_TOKEN_FILE": str(tmp_path / "none")})
