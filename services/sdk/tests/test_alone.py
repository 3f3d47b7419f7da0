"""Without an engine a service keeps its results for a while, to be read."""

import re

import pytest
from pictures import red_dot
from sample_service import app, gates
from service_sdk.problems import problem
from service_sdk.testing import WAIT_SECONDS, Kit

from servers.waiting import block_until

PROBLEM = "application/problem+json"


def test_values_are_read_as_json(kit: Kit) -> None:
    task = kit.http.post("/greet", json={"person": {}}).json()["jobId"]

    assert kit.read_alone(task).json() == {"result": "Good day, Myself"}


def test_a_single_file_is_read_as_it_is(kit: Kit) -> None:
    files = {"file": ("dot.png", red_dot().read(), "image/png")}
    task = kit.http.post("/echo", files=files).json()["jobId"]

    answer = kit.read_alone(task)

    assert answer.content == red_dot().read()
    assert answer.headers["content-type"] == "image/png"
    assert 'filename="dot.png"' in answer.headers["content-disposition"]


def test_several_files_are_read_one_by_one(kit: Kit) -> None:
    answer = kit.http.post(
        "/split?task_id=mine", files={"text": ("a.txt", b"hello", "text/plain")}
    )

    assert answer.json() == {"jobId": "mine"}
    assert kit.read_alone("mine").json() == {
        "length": 5,
        "head": "/tasks/mine/files/head",
        "tail": "/tasks/mine/files/tail",
    }
    assert kit.http.get("/tasks/mine/files/tail").content == b"ello"
    assert kit.http.get("/tasks/mine/files/other").status_code == 404


def test_a_task_that_runs_says_so(kit: Kit) -> None:
    task = kit.http.post("/wait", json={"name": "alone"}).json()["jobId"]

    running = kit.http.get(f"/tasks/{task}")
    gates.entered.acquire()
    gates.open.release()

    assert running.status_code == 202
    assert running.json() == {"status": "running"}
    assert kit.read_alone(task).json() == {"name": "alone"}


@pytest.mark.parametrize(
    ("how", "status"),
    [("input", 422), ("again", 503), ("weights", 503), ("purpose", 500)],
)
def test_a_failure_is_a_problem(kit: Kit, how: str, status: int) -> None:
    task = kit.http.post("/fail", json={"how": how}).json()["jobId"]

    answer = kit.read_alone(task)

    assert answer.status_code == status
    assert answer.headers["content-type"] == PROBLEM


@pytest.mark.parametrize("path", ["/tasks/unknown", "/tasks/unknown/files/x", "/no"])
def test_an_unknown_address_is_a_problem(kit: Kit, path: str) -> None:
    answer = kit.http.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == PROBLEM


def test_wrong_input_is_answered_at_once_with_every_fault(kit: Kit) -> None:
    answer = kit.http.post("/split", files={"at": (None, "x"), "strip": (None, "no")})

    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["at", "text"]


def test_a_wrong_media_type_is_answered_at_once(kit: Kit) -> None:
    files = {"image": ("note.txt", b"x", "text/plain")}

    answer = kit.http.post("/average-shade", files=files)

    assert answer.status_code == 415
    assert answer.json()["errors"][0]["field"] == "image"


def test_one_result_more_than_can_be_kept_erases_the_oldest() -> None:
    with Kit(app, keep_results=1) as kit:
        for name in ("one", "two"):
            kit.http.post(f"/whoami?task_id={name}", json={})
            kit.read_alone(name)

        assert kit.http.get("/tasks/one").status_code == 404
        assert kit.http.get("/tasks/two").status_code == 200


def test_every_route_is_documented(kit: Kit) -> None:
    assert kit.http.get("/docs").status_code == 200

    document = kit.http.get("/openapi.json").json()

    split = document["paths"]["/split"]["post"]["requestBody"]["content"]
    form = split["multipart/form-data"]
    assert form["schema"]["required"] == ["text"]
    assert set(form["schema"]["properties"]) == {"text", "extra", "options"}
    assert form["encoding"]["options"] == {"contentType": "application/json"}
    assert "Person" in document["components"]["schemas"]


def test_the_example_of_a_result_is_documented_as_the_callback(kit: Kit) -> None:
    paths = kit.http.get("/openapi.json").json()["paths"]

    told = paths["/average-shade"]["post"]["callbacks"]["result"]
    called = told["{$request.query.callback_url}"]["post"]["requestBody"]["content"]
    assert called["application/json"]["example"]["red"] == 255
    [untold] = paths["/greet"]["post"]["callbacks"]["result"].values()
    assert "example" not in untold["post"]["requestBody"]["content"]["application/json"]


def test_missing_weights_are_named_with_the_remedy(kit: Kit) -> None:
    reply = kit.call("fail", how="weights")

    assert "retryable" not in reply.typed
    assert reply.error == "the weights /models/tiny.onnx are missing: export them"


def test_health_and_metrics_are_shown(kit: Kit) -> None:
    kit.call("fail", how="again")

    figures = kit.http.get("/metrics").text

    assert kit.http.get("/healthz").json() == {"status": "ok"}
    assert 'service_requests_total{route="fail"}' in figures
    assert 'service_errors_total{route="fail"}' in figures
    assert 'service_seconds_count{route="fail"}' in figures
    assert "service_queue_length 0.0" in figures


def test_metrics_say_how_many_workers_work(kit: Kit) -> None:
    kit.dispatch("wait", "held", name="held").raise_for_status()
    assert gates.entered.acquire(timeout=WAIT_SECONDS)
    working = kit.http.get("/metrics").text
    gates.open.release()
    kit.engine.reply("held")
    block_until(lambda: "service_busy_workers 0.0" in kit.http.get("/metrics").text)

    assert "service_busy_workers 1.0" in working
    assert re.search(r"^service_workers [1-9]", working, re.MULTILINE)


def test_a_problem_without_faults_has_no_list_of_errors() -> None:
    assert b"errors" not in problem(404, "unknown-task", "no such task").body
