"""What the engine and its pipelines rely on, over HTTP."""

import sys
from pathlib import Path

import pytest
from fake_ollama import FakeOllama
from llm import app
from peak_memory import peak_megabytes
from PIL import Image as pillow
from real_engine import started_engine
from service_sdk import Image
from service_sdk.testing import Kit

RED = Image.of(pillow.new("RGB", (4, 3), "red"))


@pytest.mark.parametrize(
    ("route", "required"),
    [
        ("llm-generate", {"prompt"}),
        ("llm-chat", {"messages"}),
        ("llm-embed", {"texts"}),
        ("llm-search", {"question", "passages"}),
    ],
)
def test_every_operation_is_announced(kit: Kit, route: str, required: set[str]) -> None:
    api = kit.announcement(route)["api"]

    assert {key for key, value in api["body"].items() if value is not None} == required
    assert "bodyType" not in api
    assert {"model", "tokens", "seconds"} < set(api["output"])


def test_a_text_is_reported_as_it_grows_and_stopped_when_it_is_not_wanted(
    kit: Kit, ollama: FakeOllama
) -> None:
    kit.dispatch("llm-generate", "told", prompt="hi", model="stalls")

    # Not before its first word: a request that Ollama never got cannot be hung up.
    words = iter(lambda: kit.engine.word("told"), "hi ")
    assert set(words) <= {"asks stalls"}
    kit.engine.progress_answers = [409]
    reply = kit.engine.reply("told")

    assert reply.error == "the result is not wanted any more"
    assert ollama.hung_up.wait(60)


def test_a_picture_comes_as_a_file_of_its_own(kit: Kit, ollama: FakeOllama) -> None:
    reply = kit.call("llm-generate", prompt="look", model="seer", image=RED)

    assert reply.typed["text"] == "look "
    assert len(ollama.asked[0]["images"]) == 1


def test_without_an_ollama_a_direct_call_gets_503_and_what_to_do(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")

    task = kit.http.post("/llm-generate", json={"prompt": "hi"}).json()["jobId"]

    answer = kit.read_alone(task)
    assert answer.status_code == 503
    assert "OLLAMA_HOST" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, "prompt: Field required"),
        ({"prompt": ""}, "prompt: String should have at least 1 character"),
        ({"prompt": "x" * 1_000_001}, "prompt: String should have at most 1000000"),
        ({"prompt": 7}, "prompt: Input should be a valid string"),
        ({"prompt": "hi", "temperature": "warm"}, "temperature: Input should be a val"),
        (
            {"prompt": "hi", "images": ["/etc/hosts..."]},
            "images.0: Base64 decoding error",
        ),
        ({"prompt": "hi", "images": ["aGVsbG8="]}, "images: not a picture"),
    ],
)
def test_wrong_inputs_are_named(
    kit: Kit, ollama: FakeOllama, inputs: dict[str, object], message: str
) -> None:
    reply = kit.call("llm-generate", **inputs)

    assert reply.error and reply.error.startswith(message)


def test_the_documentation_has_examples(kit: Kit) -> None:
    paths = kit.http.get("/openapi.json").json()["paths"]

    generate = paths["/llm-generate"]["post"]["requestBody"]["content"]
    example = generate["application/json"]["example"]
    assert example["prompt"] == "Why is the sky blue?"
    assert "image" in generate["multipart/form-data"]["schema"]["properties"]


def test_requests_and_errors_are_counted(kit: Kit, ollama: FakeOllama) -> None:
    kit.call("llm-embed", texts=["hi"])
    kit.call("llm-embed", texts=["hi"], model="forgets")

    figures = kit.http.get("/metrics").text

    assert 'service_requests_total{route="llm-embed"}' in figures
    assert 'service_errors_total{route="llm-embed"}' in figures
    assert 'service_seconds_count{route="llm-embed"}' in figures
    assert "service_queue_length 0.0" in figures


def test_it_works_in_a_real_engine(tmp_path: Path, ollama: FakeOllama) -> None:
    with started_engine(tmp_path) as engine, engine.offering(app):
        wrote = engine.run("llm-generate", prompt="Hello you")
        found = engine.run(
            "llm-search", question="cat", passages=[{"text": "mat"}, {"text": "cat"}]
        )

    assert wrote.outputs["text"] == "Hello you "
    assert found.outputs["passages"][0]["text"] == "cat"


@pytest.mark.skipif(sys.platform != "linux", reason="weighs by /proc")
def test_a_hundred_requests_that_wait_do_not_lie_in_memory(
    tmp_path: Path, ollama: FakeOllama
) -> None:
    body = {"prompt": "x" * 900_000}

    peak = peak_megabytes("llm", "llm-generate", body, tmp_path / "log")

    assert (
        peak < 350
    )  # in three processes; all prompts and answers are 180 MB, several times over
