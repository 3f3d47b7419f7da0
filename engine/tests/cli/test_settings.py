"""Settings that cannot work together are named before anything starts."""

import pytest
from engine.settings import BadSettings, Settings

MONGO = {"MONGO_URL": "mongodb://127.0.0.1/m", "SECRET": "0123456789abcdef" * 2}
S3 = {"S3_URL": "http://key:hush@127.0.0.1:9000/bucket?region=r"}
NATS = {"NATS_URL": "nats://127.0.0.1:4222"}


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"MONGO_URL": "mongodb://127.0.0.1/m"}, "SECRET: "),
        (S3 | NATS, "set MONGO_URL too"),
        (MONGO | NATS, "set S3_URL too"),
    ],
)
def test_replicas_must_share_what_they_need(
    environment: dict[str, str], named: str
) -> None:
    with pytest.raises(BadSettings, match=named):
        Settings.from_environment(environment)


def test_a_whole_cluster_is_told_without_its_passwords() -> None:
    settings = Settings.from_environment(MONGO | S3 | NATS)

    assert settings.kept_in == (
        "mongodb://127.0.0.1/m, http://127.0.0.1:9000/bucket, nats://127.0.0.1:4222"
    )


def test_no_password_of_several_addresses_is_told() -> None:
    several = "nats://me:hu/sh,1@a:4222,tls://me:hu?sh,2@b:4222?replicas=3"

    settings = Settings.from_environment(MONGO | S3 | {"NATS_URL": several})

    assert settings.kept_in.endswith(" nats://a:4222,tls://b:4222")


def test_a_secret_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(BadSettings, match="SECRET: .* 32 .*openssl rand"):
        Settings.from_environment({"SECRET": "a" * 31})


def test_each_store_can_be_chosen_by_itself() -> None:
    for chosen in (MONGO, S3, MONGO | S3):
        Settings.from_environment(chosen)
