"""Bodies of every form are received; a refused one leaves no file behind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from body_parts.disposition import parameters
from sample_service import app
from service_sdk.testing import Kit

BOUNDARY = "multipart/form-data; boundary=cut"


def post(kit: Kit, path: str, body: str, content_type: str = BOUNDARY) -> int:
    raw = body.replace("\n", "\r\n").encode()
    answer = kit.http.post(path, content=raw, headers={"content-type": content_type})
    if answer.status_code != 202:
        assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code


@pytest.mark.parametrize(
    "part",
    [
        ("person", (None, '{"name": "Ada"}')),
        ("person", (None, '{"person": {"name": "Ada"}}')),
        ("person", ("person.json", '{"person": {"name": "Ada"}}', "application/json")),
        ("person", ("p.bin", '{"name": "Ada"}')),
        ("data", (None, '{"person": {"name": "Ada"}}')),
        ("any", (None, '{"person": {"name": "Ada"}}', "application/json")),
        ("x", (None, '{"person": {"name": "Ada"}}', "application/json; charset=utf-8")),
    ],
)
def test_typed_data_may_come_in_parts_of_many_forms(kit: Kit, part: Any) -> None:
    answer = kit.http.post("/greet", files=[part])

    assert kit.read_alone(answer.json()["jobId"]).json() == {"result": "Good day, Ada"}


def test_a_plain_form_field_is_a_text(kit: Kit) -> None:
    answer = kit.http.post(
        "/greet", files={"person": (None, "{}"), "polite": (None, "no")}
    )

    assert kit.read_alone(answer.json()["jobId"]).json() == {"result": "Hi, Myself"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("nonsense", 400),
        ('--cut\nContent-Disposition: form-data; name="file"\n\nhalf', 400),
        ("--cut\nContent-Disposition: form-data\n\nx\n--cut--\n", 400),
        ("--cut\nbad header\n\nx\n--cut--\n", 400),
        ("--cut\nContent-Disposition: form-data; name=x\n\nx\n" * 1001, 400),
        ('--cut\nContent-Disposition: form-data; name="file"\n\nx\n--cut--\n', 202),
    ],
)
def test_a_broken_multipart_body_is_refused(kit: Kit, body: str, status: int) -> None:
    assert post(kit, "/echo", body) == status


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("", "x", 415),
        ("text/plain", "x", 415),
        ("multipart/form-data", "x", 415),
        ("multipart/form-data; boundary=" + "x" * 2000, "x", 400),
        ("application/json", "{", 422),
        ("application/json", "[]", 422),
        ("application/json", '{"how": NaN}', 422),
        ("application/json", '{"how": "\\ud800"}', 422),
        ("application/json", '{"how": ' + "[" * 5000, 422),
    ],
)
def test_a_body_that_does_not_match_its_content_type_is_refused(
    kit: Kit, content_type: str, body: str, status: int
) -> None:
    assert post(kit, "/fail", body, content_type) == status


@pytest.mark.parametrize(
    ("disposition", "field", "file_name"),
    [
        (
            'name="file"; filename="a.txt"; filename*=UTF-8\'\'%C3%A9.txt',
            "file",
            "é.txt",
        ),
        ("filename*=UTF-8''%e2%82%ac.txt; name=\"file\"", "file", "€.txt"),
        ('name="file"; filename="a.txt"; filename*=utf-7\'\'x', "file", "a.txt"),
        ('filename="C:\\\\"; name="file"', "file", "C:\\"),
        ('name="file\\\\"; filename="b.txt"', "file\\", "b.txt"),
        ('name="a\\"b"; filename="x;y.txt"', 'a"b', "x;y.txt"),
        ("name=file; filename=b.txt", "file", "b.txt"),
    ],
)
def test_names_are_read_as_they_were_sent(
    disposition: str, field: str, file_name: str
) -> None:
    found = parameters(f"form-data; {disposition}")

    assert (found["name"], found["filename"]) == (field, file_name)


@pytest.mark.parametrize("kind", ["image/jpg", "Image/PJPEG", "image/jpeg; q=1"])
def test_a_file_has_the_registered_name_of_its_type(kit: Kit, kind: str) -> None:
    answer = kit.http.post("/echo", files={"file": ("x", b"x", kind)})

    kept = kit.read_alone(answer.json()["jobId"])
    assert kept.headers["content-type"] == "image/jpeg"


def test_the_name_of_a_part_is_bounded(kit: Kit) -> None:
    assert kit.http.post("/echo", files={"x" * 201: b"x"}).status_code == 400


def test_a_long_file_name_keeps_its_extension(kit: Kit) -> None:
    files = {"file": ("x" * 500 + ".tar", b"x", "application/x-tar")}
    answer = kit.http.post("/echo", files=files)

    kept = kit.read_alone(answer.json()["jobId"])
    assert f'{"x" * 196}.tar"' in kept.headers["content-disposition"]


@pytest.fixture
def small() -> Iterator[Kit]:
    with Kit(app, max_body_mb=0.01, max_json_mb=0.001) as kit:
        yield kit


def test_a_body_too_large_is_refused_by_its_length(small: Kit) -> None:
    assert post(small, "/fail", "x" * 10_001, "application/json") == 413


def test_a_body_without_a_length_is_refused_too(small: Kit) -> None:
    answer = small.http.post(
        "/fail",
        content=(b"x" * 1000 for _ in range(11)),
        headers={"content-type": "application/json"},
    )

    assert answer.status_code == 413
    assert answer.json()["detail"] == "the body is larger than 10000 bytes"


def test_too_much_json_is_refused(small: Kit) -> None:
    body = '{"how": "' + "x" * 1000 + '"}'

    assert post(small, "/fail", body, "application/json") == 422


def test_a_refused_request_leaves_no_file_behind(tmp_path: Path) -> None:
    with Kit(app, spool_dir=str(tmp_path)) as kit:
        [spool] = tmp_path.iterdir()
        post(kit, "/echo", "nonsense")
        post(kit, "/fail", "{", "application/json")

        assert list(spool.iterdir()) == []

        kit.call("echo", file=b"delivered")
    assert list(tmp_path.iterdir()) == []


def test_file_names_with_folders_stay_inside(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    files = {"file": ("../../../x.bin", b"1", "application/octet-stream")}

    with Kit(app, spool_dir=str(tmp_path / "spool")) as kit:
        answer = kit.http.post("/echo", files=files)
        kept = kit.read_alone(answer.json()["jobId"])

    assert 'filename="x.bin"' in kept.headers["content-disposition"]
    assert [path.name for path in tmp_path.iterdir()] == ["spool"]
