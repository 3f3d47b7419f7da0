"""A real Ollama answers, with a model whose words are random."""

import json
from collections.abc import Iterator
from pathlib import Path

import document
import external
import face_detection
import image_processing
import llm
import pytest
from llm.operations import (
    Message,
    Passage,
    llm_chat,
    llm_embed,
    llm_generate,
    llm_search,
)
from papers import LETTER, pdf, word
from PIL import Image as pillow
from real_engine import ROOT, RealEngine, started_engine
from service_sdk import BadInput, Image, Progress

pytestmark = [pytest.mark.external, pytest.mark.ollama]
QUIET = Progress()
PHOTO = ROOT / "docs" / "pictures" / "astronaut.jpg"
SCHEMA = {
    "type": "object",
    "properties": {"age": {"type": "integer"}, "mood": {"enum": ["good", "bad"]}},
    "required": ["age", "mood"],
}
# 300,000 tokens: more than a test has time for. At this temperature the model does not
# repeat itself; Ollama would stop it.
ENDLESS = {"num_predict": -1, "num_ctx": 32_768, "temperature": 1.5, "seed": 3}


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", external.ollama().url)
    monkeypatch.setenv("LLM_MODEL", "tiny")
    monkeypatch.setenv("EMBED_MODEL", "tiny")


def test_a_text_is_written_and_reported(tmp_path: Path) -> None:
    progress = Progress(tmp_path)

    answer = llm_generate("Hello", progress, options={"num_predict": 5})

    word = progress.last_message()
    assert answer["model"] == "tiny"
    assert (answer["ended"], answer["tokens"]["answer"]) == ("length", 5)
    assert answer["tokens"]["prompt"] > 1
    assert answer["seconds"]["total"] > answer["seconds"]["answer"] > 0
    assert word and word.message == answer["text"]


def test_the_same_seed_writes_the_same() -> None:
    options = {"seed": 7, "num_predict": 9}

    first, second = (llm_generate("Hello", QUIET, options=options) for _ in range(2))

    assert first["text"] == second["text"]


def test_a_conversation_is_answered() -> None:
    talk = [
        Message(role="system", content="Be kind."),
        Message(role="user", content="Hi"),
    ]

    answer = llm_chat(talk, QUIET)

    assert answer["message"]["role"] == "assistant"
    assert answer["message"]["content"] == answer["text"]


def test_an_answer_keeps_to_a_schema() -> None:
    options = {"num_predict": 500, "seed": 1}
    talk = [Message(role="user", content="Who?")]

    wrote = llm_generate("Who?", QUIET, schema=SCHEMA, options=options)
    said = llm_chat(talk, QUIET, schema=SCHEMA, options=options)

    assert isinstance(wrote["json"]["age"], int)
    assert said["json"]["mood"] in ("good", "bad")


def test_texts_become_vectors_of_length_one() -> None:
    answer = llm_embed(["cat", "mat", "cat"], QUIET)

    first, second, third = answer["embeddings"]
    assert first == pytest.approx(third, abs=1e-4) != pytest.approx(second, abs=1e-4)
    assert sum(x * x for x in first) == pytest.approx(1, abs=1e-4)
    assert answer["dimensions"] == 64


def test_a_passage_that_repeats_the_question_is_the_best() -> None:
    passages = [Passage(text=text) for text in ("the mat", "the loom", "the cat")]

    answer = llm_search("the loom", passages, QUIET, top=1)

    [best] = answer["passages"]
    assert best["text"] == "the loom"
    assert best["score"] == pytest.approx(1, abs=1e-3)


def test_a_text_too_long_for_the_model_is_refused_and_not_cut() -> None:
    with pytest.raises(BadInput, match="Ollama refuses the request: .*context length"):
        llm_embed(["many words " * 20_000], QUIET)


def test_a_prompt_too_long_for_the_model_is_refused_and_not_cut() -> None:
    long = "many words " * 20_000

    with pytest.raises(BadInput, match="context.*raise the option num_ctx"):
        llm_generate(long, QUIET)
    with pytest.raises(BadInput, match="context.*raise the option num_ctx"):
        llm_chat([Message(role="user", content=long)], QUIET)


def test_a_missing_model_is_named() -> None:
    with pytest.raises(BadInput, match="model: Ollama has no model 'large'"):
        llm_generate("Hello", QUIET, model="large")


def test_a_model_that_cannot_see_is_not_shown_pictures() -> None:
    picture = Image.of(pillow.new("RGB", (4, 3)))

    with pytest.raises(BadInput, match="image: the model 'tiny' cannot see pictures"):
        llm_generate("Hello", QUIET, image=picture)


def test_an_option_of_the_wrong_type_is_quoted() -> None:
    with pytest.raises(Exception, match="must be of type integer"):
        llm_generate("Hello", QUIET, options={"num_predict": "many"})


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealEngine]:
    apps = (document.app, llm.app, image_processing.app, face_detection.app)
    with (
        started_engine(tmp_path_factory.mktemp("llm")) as engine,
        engine.offering(*apps),
    ):
        yield engine


def test_a_cancelled_task_stops_ollama_in_the_middle_of_its_answer(
    engine: RealEngine,
) -> None:
    task = engine.start("llm-generate", prompt="Hello", options=ENDLESS)
    said = next(note for note in notes(engine, task) if not note.startswith("asks"))

    engine.http.post(f"/tasks/{task}/cancel").raise_for_status()

    # As long as Ollama goes on with the first answer, it gives no second one.
    second = engine.run("llm-generate", prompt="Hello")
    assert said.strip()
    assert engine.ended(task).status["cancelled"]
    assert second.outputs["tokens"]["answer"] > 0


def notes(engine: RealEngine, task: str) -> Iterator[str]:
    """What the run reports as its progress, as it comes."""
    with engine.http.stream("GET", f"/tasks/{task}/events") as events:
        for line in events.iter_lines():
            if not line.startswith("data: "):
                continue

            note = json.loads(line.removeprefix("data: ")).get("note")
            if note:
                yield note


def test_a_question_about_a_document_is_answered(engine: RealEngine) -> None:
    ended = engine.run("ask-document", document=pdf(LETTER), question="Who weaves?")

    assert ended.outputs["answer"]
    assert ended.outputs["passages"][0]["text"].replace("\n", " ") == LETTER
    assert ended.outputs["model"] == "tiny"


def test_a_document_is_summarized(engine: RealEngine) -> None:
    paper = word(*[LETTER] * 120, title="Letters")

    ended = engine.run("summarize-document", document=paper)

    assert len(ended.outputs["parts"]) == 2
    assert ended.outputs["summary"] and ended.outputs["title"] == "Letters"


def test_a_picture_is_described(engine: RealEngine) -> None:
    ended = engine.run("describe-picture", image=PHOTO)

    assert ended.outputs["sentence"]
    assert "One face was found in it." in ended.outputs["facts"]
