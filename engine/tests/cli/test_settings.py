"""Settings that cannot work together are named before anything starts."""

from pathlib import Path

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


def test_an_engine_without_accounts_is_not_opened_by_accident() -> None:
    remote = {"HOST": "0.0.0.0", "ALLOW_REMOTE": "1"}

    with pytest.raises(BadSettings, match="HOST: .* AUTH=accounts"):
        Settings.from_environment({"HOST": "0.0.0.0"})
    with pytest.raises(BadSettings, match="ALLOW_REMOTE: .* do everything"):
        Settings.from_environment(remote)
    Settings.from_environment(remote | {"I_KNOW_THERE_ARE_NO_ACCOUNTS": "1"})
    Settings.from_environment(remote | {"AUTH": "accounts"})


WRONG = [
    ("TIMEOUT", "inf", "write seconds, or 90s, 15m, 2h, 7d"),
    ("TIMEOUT", "nan", "write seconds, or 90s, 15m, 2h, 7d"),
    ("TIMEOUT", "1e300d", "write seconds, or 90s, 15m, 2h, 7d"),
    ("TIMEOUT", "-5s", "it must be more than 0 and at most 3650d"),
    ("TIMEOUT", "0", "it must be more than 0 and at most 3650d"),
    ("RETENTION", "99999999d", "it must be more than 0 and at most 3650d"),
    ("RETENTION", "", "write seconds, or 90s, 15m, 2h, 7d"),
    ("RETRY", "inf", "must be a whole number"),
    ("RETRY", "-1", "must be 0 or more"),
    ("RETRY", "101", "must be 100 or less"),
    ("MAX_ITEMS", "0", "must be 1 or more"),
    ("ALLOW_REMOTE", "maybe", "must be true or false"),
    ("AUTH", "on", "must be 'off', 'accounts' or 'oidc'"),
    ("SANDBOX_WALLS", "on", "must be 'available', 'required' or 'off'"),
]


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
def test_a_value_that_cannot_be_used_is_told_with_what_to_write(
    name: str, value: str, said: str
) -> None:
    with pytest.raises(BadSettings) as refused:
        Settings.from_environment({name: value})

    assert str(refused.value) == f"{name}: {said}"


OIDC = {
    "AUTH": "oidc",
    "OIDC_ISSUER": "https://id.example/realms/school",
    "OIDC_CLIENT_ID": "marketplace",
    "OIDC_ADMINISTRATORS": "staff",
}


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"OIDC_ISSUER": ""}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "http://id.example"}, "OIDC_ISSUER: .*https"),
        ({"OIDC_ISSUER": "https://a:b@id.example"}, "OIDC_ISSUER: .*https"),
        ({"OIDC_ISSUER": "https://[id"}, "OIDC_ISSUER: .*https"),
        ({"OIDC_REACHED_AT": "keycloak:8080"}, "OIDC_REACHED_AT: .*http://"),
        ({"OIDC_CLIENT_ID": ""}, "OIDC_CLIENT_ID"),
        ({"OIDC_ADMINISTRATORS": " , "}, "OIDC_ADMINISTRATORS: .*group"),
        ({"OIDC_GROUPS": "teachers=main:boss"}, "OIDC_GROUPS: .*GROUP=SPACE:ROLE"),
        ({"PUBLIC_URL": "http://school.example"}, "OIDC_REDIRECT_URL: .*https"),
    ],
)
def test_a_provider_that_nobody_could_safely_use_is_refused(
    changed: dict[str, str], named: str
) -> None:
    with pytest.raises(BadSettings, match=named):
        Settings.from_environment(OIDC | changed)


def test_the_secret_of_the_provider_is_not_in_what_is_shown_of_settings() -> None:
    settings = Settings.from_environment(OIDC | {"OIDC_CLIENT_SECRET": "hush-hush"})

    assert settings.oidc_back == "http://127.0.0.1:8000/oidc/callback"
    assert "hush" not in repr(settings)


def test_a_secret_can_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("0123456789abcdef" * 2 + "\n")
    there = {"SECRET_FILE": str(tmp_path / "secret")}

    assert Settings.from_environment(there).secret == "0123456789abcdef" * 2
    assert Settings.from_environment({**there, "SECRET": "f" * 32}).secret == "f" * 32


def test_a_file_that_is_not_there_is_told_and_no_default_taken(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="SECRET_FILE: .*No such file"):
        Settings.from_environment({"SECRET_FILE": str(tmp_path / "none")})


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://traces.example/trace", "{trace_id}"),
        ("javascript:alert('{trace_id}')", "http"),
    ],
)
def test_where_traces_are_shown_is_an_address_with_their_id(
    url: str, wanted: str
) -> None:
    with pytest.raises(BadSettings, match=f"TRACES_URL: write {wanted}"):
        Settings.from_environment({"TRACES_URL": url})


@pytest.mark.parametrize("endpoint", ["collector:4317", "grpc://collector", "http://"])
def test_an_endpoint_for_traces_is_an_address(endpoint: str) -> None:
    with pytest.raises(BadSettings, match="OTEL_EXPORTER_OTLP_ENDPOINT: write http"):
        Settings.from_environment({"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint})
