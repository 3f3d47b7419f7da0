"""The genuine Ollama answers, with a model whose words are random."""

from pathlib import Path

import external
import pytest
from llm.operations import (
    Message,
    Passage,
    llm_chat,
    llm_embed,
    llm_generate,
    llm_search,
)
from PIL import Image as pillow
from service_sdk import BadInput, Image, Progress

pytestmark = pytest.mark.external
QUIET = Progress()
SCHEMA = {
    "type": "object",
    "properties": {"age": {"type": "integer"}, "mood": {"enum": ["good", "bad"]}},
    "required": ["age", "mood"],
}
ENDLESS = {"num_predict": -1, "num_ctx": 512}  # greedily it never comes to an end


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", external.ollama().url)
    monkeypatch.setenv("LLM_MODEL", "tiny")
    monkeypatch.setenv("EMBED_MODEL", "tiny")


def test_a_text_is_written_and_told(tmp_path: Path) -> None:
    progress = Progress(tmp_path)

    answer = llm_generate("Hello", progress, options={"num_predict": 5})

    word = progress.last_word()
    assert answer["model"] == "tiny"
    assert (answer["ended"], answer["tokens"]["answer"]) == ("length", 5)
    assert answer["tokens"]["prompt"] > 1
    assert answer["seconds"]["total"] > answer["seconds"]["answer"] > 0
    assert word and word.message == answer["text"]


def test_the_same_seed_writes_the_same() -> None:
    options = {"seed": 7, "num_predict": 9}

    first, second = (llm_generate("Hello", QUIET, options=options) for _ in range(2))

    assert first["text"] == second["text"]


def test_a_talk_is_answered() -> None:
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
