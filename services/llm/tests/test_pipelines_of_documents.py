"""Pipelines with a language model, in a real engine, on real documents and pictures."""

from collections.abc import Iterator

import document
import face_detection
import image_processing
import llm
import pytest
from fake_ollama import FakeOllama
from papers import LETTER, page, pdf, text, word
from real_engine import ROOT, RealEngine, started_engine
from service_sdk import File

PHOTO = ROOT / "docs" / "pictures" / "astronaut.jpg"
CATS = "The cat sat on the mat, and purred. " * 20
LOOM = "The engine weaves algebraic patterns as the loom weaves flowers. " * 12
PARTS = "\n\n".join(
    f"Part {n}. " + "Numbers are counted here. " * 200 for n in range(3)
)
QUESTION = "What weaves the engine?"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealEngine]:
    """With real services; each test starts the Ollama that they ask."""
    apps = (document.app, llm.app, image_processing.app, face_detection.app)
    with (
        started_engine(tmp_path_factory.mktemp("llm")) as engine,
        engine.offering(*apps),
    ):
        yield engine


@pytest.mark.parametrize(
    "paper", [pdf(CATS, LOOM), word(CATS, LOOM), page(CATS + "<p>" + LOOM)]
)
def test_a_question_is_answered_from_the_passages_it_is_about(
    engine: RealEngine, ollama: FakeOllama, paper: File
) -> None:
    ended = engine.run("ask-document", document=paper, question=QUESTION)

    first, *_ = ended.outputs["passages"]
    assert "loom weaves flowers" in first["text"].replace("\n", " ")
    assert f"[1] {first['text']}" in ended.outputs["answer"]
    assert ended.outputs["answer"].strip().endswith(f"Question: {QUESTION}")
    assert ended.outputs["model"] == "echo"


def test_passages_of_a_pdf_say_their_page(
    engine: RealEngine, ollama: FakeOllama
) -> None:
    ended = engine.run("ask-document", document=pdf(CATS, LOOM), question=QUESTION)

    pages = [passage["page"] for passage in ended.outputs["passages"]]
    scores = [passage["score"] for passage in ended.outputs["passages"]]
    assert pages[0] == 2
    assert scores == sorted(scores, reverse=True)


def test_a_document_without_text_has_no_answer(
    engine: RealEngine, ollama: FakeOllama
) -> None:
    ended = engine.run("ask-document", document=pdf(""), question=QUESTION)

    assert ended.status["failed"]["node"] == "found"
    assert "passages: empty" in ended.status["message"]


def test_a_short_document_is_summarized_at_once(
    engine: RealEngine, ollama: FakeOllama
) -> None:
    ended = engine.run("summarize-document", document=pdf(LETTER, title="A letter"))

    [asked] = ollama.asked
    assert "in the language en" in asked["prompt"]
    assert ended.outputs["summary"] == asked["prompt"] + " "
    assert ended.outputs["parts"] == [ended.outputs["summary"]]
    assert (ended.outputs["title"], ended.outputs["language"]) == ("A letter", "en")


def test_a_long_document_is_summarized_in_parts_and_these_together(
    engine: RealEngine, ollama: FakeOllama
) -> None:
    ended = engine.run("summarize-document", document=text(PARTS))

    first, second, third = ended.outputs["parts"]
    assert all(f"Part {n}." in part for n, part in enumerate((first, second, third)))
    assert all(part in ollama.asked[-1]["prompt"] for part in (first, second, third))
    assert ended.outputs["summary"] == ollama.asked[-1]["prompt"] + " "


def test_a_document_without_text_cannot_be_summarized(
    engine: RealEngine, ollama: FakeOllama
) -> None:
    ended = engine.run("summarize-document", document=pdf(""))

    assert "the document has no text" in ended.status["message"]
    assert ollama.asked == []


def test_a_document_that_cannot_be_read_ends_the_task_with_the_reason(
    engine: RealEngine, ollama: FakeOllama
) -> None:
    ended = engine.run("summarize-document", document=pdf(LETTER, password="secret"))

    assert "is encrypted; send it without a password" in ended.status["message"]


def test_a_picture_is_described_from_what_is_known_of_it(
    engine: RealEngine, ollama: FakeOllama
) -> None:
    ended = engine.run("describe-picture", image=PHOTO)

    shape, faces, *_ = ended.outputs["facts"]
    assert shape.startswith("It is a ") and shape.endswith(" pixels.")
    assert faces == "One face was found in it."
    assert all(fact in ended.outputs["sentence"] for fact in ended.outputs["facts"])


def test_without_ollama_the_task_ends_and_says_what_to_do(
    engine: RealEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")

    ended = engine.run("describe-picture", image=PHOTO)

    assert ended.status["failed"]["node"] == "write"
    assert (
        "start it there (“ollama serve”), or set OLLAMA_HOST" in ended.status["message"]
    )
