"""A request reaches Ollama, and its answer comes back, or a clear error."""

import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_ollama import FakeOllama
from llm.answers import Answer, gather_answer
from llm.asking import ask
from llm.operations import (
    Message,
    Passage,
    llm_chat,
    llm_embed,
    llm_generate,
    llm_search,
)
from llm.settings import choice
from odd_pictures import SEVERAL
from ollama import AsyncClient
from PIL import Image as pillow
from service_sdk import BadInput, Image, Progress, TryAgain
from service_sdk.errors import BadSetting, ServiceError, Unwanted

QUIET = Progress()
PATIENCE_SECONDS = 60.0  # only a very busy machine needs so many
RED = Image.of(pillow.new("RGBA", (4, 3), "red"))


class HeardProgress(Progress):
    """Passes each message on to the test too."""

    def __init__(self, hear: Callable[[str], None], folder: Path | None = None) -> None:
        super().__init__(folder)
        self._hear = hear

    def __call__(self, message: str) -> None:
        super().__call__(message)
        self._hear(message)


def test_a_text_comes_back_with_what_it_cost(ollama: FakeOllama) -> None:
    answer = llm_generate("Hello you there", QUIET)

    assert answer == {
        "text": "Hello you there ",
        "model": "echo",
        "ended": "stop",
        "tokens": {"prompt": 7, "answer": 3},
        "seconds": {"total": 2.0, "load": 0, "prompt": 0, "answer": 0},
    }


def test_all_options_are_passed_through(ollama: FakeOllama) -> None:
    schema = {"type": "object"}

    llm_generate(
        "7",
        QUIET,
        model="echo",
        system="be brief",
        temperature=0.5,
        schema={"type": "integer"},
        options={"num_ctx": 99, "stop": ["."]},
    )
    llm_chat([Message(role="user", content="{}")], QUIET, schema=schema, temperature=0)

    wrote, talked = ollama.asked
    assert (wrote["system"], wrote["format"]) == ("be brief", {"type": "integer"})
    assert wrote["options"] == {"num_ctx": 99, "stop": ["."], "temperature": 0.5}
    assert (talked["format"], talked["options"]) == (schema, {"temperature": 0})


def test_the_answer_so_far_is_reported_as_progress(
    ollama: FakeOllama, tmp_path: Path
) -> None:
    progress = Progress(tmp_path)

    llm_generate("one two", progress)

    word = progress.last_message()
    assert word and word.message == "one two "


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("mute", "mute wrote no text (3 tokens)"),
        ("blank", "blank wrote no text (3 tokens)"),
        (
            "thinker",
            "thinker wrote only thoughts, and no text (3 tokens); raise the option "
            "num_predict",
        ),
    ],
)
def test_an_answer_without_a_text_is_told_as_one(
    ollama: FakeOllama, model: str, told: str
) -> None:
    said: list[str] = []
    progress = HeardProgress(said.append)

    wrote = llm_generate("hi", progress, model=model)
    talked = llm_chat([Message(role="user", content="hi")], progress, model=model)

    assert not wrote["text"].strip() and not talked["text"].strip()
    assert said == [f"asks {model}", told] * 2


def test_an_answer_by_a_schema_may_not_be_empty(ollama: FakeOllama) -> None:
    with pytest.raises(ServiceError, match="cannot be read as JSON .*it is empty"):
        llm_generate("hi", QUIET, model="mute", schema={"type": "object"})


def test_a_prompt_too_long_for_the_model_is_refused_and_not_cut(
    ollama: FakeOllama,
) -> None:
    long = "word " * 100

    for call in (
        lambda: llm_generate(long, QUIET, model="small"),
        lambda: llm_chat([Message(role="user", content=long)], QUIET, model="small"),
    ):
        with pytest.raises(
            BadInput, match="exceeds the context length; raise .*num_ctx"
        ):
            call()


def test_a_conversation_goes_on_with_the_answer(ollama: FakeOllama) -> None:
    talk = [
        Message(role="system", content="be kind"),
        Message(role="user", content="hi"),
    ]

    answer = llm_chat(talk, QUIET)

    assert answer["message"] == {"role": "assistant", "content": "hi "}
    assert answer["text"] == "hi "
    assert [turn["role"] for turn in ollama.asked[0]["messages"]] == ["system", "user"]


def test_an_answer_by_a_schema_is_read(ollama: FakeOllama) -> None:
    answer = llm_generate('{"age": 36}', QUIET, schema={"type": "object"})

    assert answer["json"] == {"age": 36}


def test_an_answer_that_does_not_keep_to_the_schema_is_an_error(
    ollama: FakeOllama,
) -> None:
    with pytest.raises(ServiceError, match="cannot be read as JSON .*it is not JSON"):
        llm_generate('{"age": ', QUIET, schema={"type": "object"})


def test_pictures_reach_a_model_that_can_see_as_jpeg(ollama: FakeOllama) -> None:
    talk = [Message(role="user", content="look"), Message(role="user", content="there")]

    llm_generate("look", QUIET, model="seer", image=RED, images=[RED.read()])
    llm_chat(talk, QUIET, model="seer", image=RED)

    wrote, talked = ollama.asked
    assert [one[:4] for one in wrote["images"]] == ["/9j/", "/9j/"]
    assert [len(turn.get("images", [])) for turn in talked["messages"]] == [0, 1]


def test_deep_pictures_reach_a_model_as_they_look(ollama: FakeOllama) -> None:
    deep = Image.of(pillow.fromarray(np.full((4, 4), 0x8080, np.uint16))).read()
    clear = Image.of(pillow.new("RGBA", (4, 4), (0, 0, 0, 0))).read()

    llm_generate("look", QUIET, model="seer", images=[deep, clear])

    [wrote] = ollama.asked
    jpegs = [Image(b64decode(one)) for one in wrote["images"]]
    assert [jpeg.mean() for jpeg in jpegs] == [(128,) * 3, (255,) * 3]


def test_an_animation_is_not_shown_as_its_first_picture(ollama: FakeOllama) -> None:
    content = SEVERAL["GIF"]([pillow.new("L", (9, 9)), pillow.new("L", (9, 9), 99)])

    with pytest.raises(BadInput, match="images: the GIF holds several pictures"):
        llm_generate("look", QUIET, model="seer", images=[content])

    assert ollama.asked == []


def test_pictures_are_not_given_to_a_model_that_ignores_them(
    ollama: FakeOllama,
) -> None:
    with pytest.raises(BadInput, match="image: the model 'echo' cannot see pictures"):
        llm_generate("look", QUIET, image=RED)

    assert ollama.asked == []


def test_pictures_that_are_together_too_large_are_refused_undecoded(
    ollama: FakeOllama,
) -> None:
    """A conversation of 1000 messages with 8 pictures of 50 megapixels: two hours."""
    large = Image.of(pillow.new("1", (8000, 6000))).read()
    talk = [Message(role="user", content="look", images=[b64encode(large)] * 8)] * 2
    began = time.thread_time()

    with pytest.raises(BadInput, match="together more than 100 megapixels"):
        llm_chat(talk, QUIET, model="seer")
    with pytest.raises(BadInput, match="together more than 100 megapixels"):
        llm_generate("look", QUIET, model="seer", images=[large] * 3)

    assert time.thread_time() - began < 2


@pytest.mark.parametrize("content", [b"", b"/etc/passwd", b"\xff\xd8\xff"])
def test_a_file_that_is_not_a_picture_is_refused(
    ollama: FakeOllama, content: bytes
) -> None:
    with pytest.raises(BadInput, match="^images: "):
        llm_generate("look", QUIET, model="seer", images=[content])


def test_texts_become_vectors_in_their_order(ollama: FakeOllama) -> None:
    texts = [f"cat number {n}" if n % 2 else "mat" for n in range(70)]

    answer = llm_embed(texts, QUIET)

    vectors = answer["embeddings"]
    assert len(vectors) == 70
    assert vectors[0] == vectors[68] != vectors[1] == vectors[69]
    assert answer["dimensions"] == len(vectors[0])
    assert (answer["tokens"], answer["seconds"]) == ({"prompt": 15}, {"total": 3.0})
    assert [asked["truncate"] for asked in ollama.asked] == [False] * 3


def test_missing_vectors_are_an_error(ollama: FakeOllama) -> None:
    with pytest.raises(TryAgain, match="stopped in the middle of its answer"):
        llm_embed(["one", "two"], QUIET, model="forgets")


def test_the_passages_most_like_a_question_come_first(ollama: FakeOllama) -> None:
    about = ["The cat sat on the mat.", "The engine weaves numbers.", "The loom."]
    passages = [Passage(text=text, page=n) for n, text in enumerate(about)]

    answer = llm_search("What weaves the engine?", passages, QUIET, top=2)

    first, second = answer["passages"]
    assert (first["text"], first["page"]) == ("The engine weaves numbers.", 1)
    assert first["score"] > second["score"]


def test_without_passages_there_is_nothing_to_find(ollama: FakeOllama) -> None:
    with pytest.raises(BadInput, match="passages: empty"):
        llm_search("What?", [], QUIET)


def test_a_missing_model_is_named_with_what_to_do(ollama: FakeOllama) -> None:
    with pytest.raises(BadInput, match="model: .*'tiny'.*ollama pull tiny.*LLM_PULL=1"):
        llm_generate("hi", QUIET, model="tiny")

    assert ollama.pulled == set()


def test_a_missing_model_is_downloaded_if_that_is_allowed(
    ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLM_PULL", "1")
    said: list[str] = []

    answer = llm_generate("hi", HeardProgress(said.append), model="tiny")

    assert answer["text"] == "hi "
    assert "downloads tiny: pulling 4f2, 25 % of 2,048 bytes" in said


def test_a_model_that_does_not_exist_is_named(
    ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLM_PULL", "1")

    with pytest.raises(BadInput, match="cannot download 'unknown': .*does not exist"):
        llm_generate("hi", QUIET, model="unknown")


@pytest.mark.parametrize(
    ("model", "kind", "reason"),
    [
        ("breaks-off", TryAgain, "Ollama stopped in the middle of its answer"),
        ("faints", TryAgain, "Ollama failed: the runner has died"),
        ("proxy", TryAgain, "Ollama failed: <html>Bad gateway"),
        ("babbles", TryAgain, "no Ollama answers at"),
        ("fussy", BadInput, "options: Ollama refuses the request: option “mood”"),
    ],
)
def test_an_ollama_that_fails_is_quoted(
    ollama: FakeOllama, model: str, kind: type[ServiceError], reason: str
) -> None:
    with pytest.raises(kind, match=reason):
        llm_generate("hi", QUIET, model=model)


@pytest.mark.parametrize("host", ["127.0.0.1:9", "http://127.0.0.1:9"])
def test_without_an_ollama_the_error_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", host)

    for call in (lambda: llm_generate("hi", QUIET), lambda: llm_embed(["hi"], QUIET)):
        with pytest.raises(TryAgain, match=f"{host}: start it there .*OLLAMA_HOST"):
            call()


def test_a_silent_ollama_is_given_up(
    ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLM_SILENCE", "0.1")

    with pytest.raises(TryAgain, match="sent nothing for 0.1 s"):
        llm_generate("hi", QUIET, model="stalls")


def test_an_answer_that_takes_too_long_is_given_up(ollama: FakeOllama) -> None:
    limits = replace(choice(), answer_seconds=0)
    now = 0.0

    def time_passes_when_it_speaks(message: str) -> None:
        nonlocal now
        if message == "hi ":
            now = 1.0

    progress = HeardProgress(time_passes_when_it_speaks)

    async def question(client: AsyncClient) -> Answer:
        chunks = await client.generate("stalls", "hi", stream=True)
        return await gather_answer(chunks, progress, "stalls")

    with pytest.raises(ServiceError, match="not complete after 0 s .*num_predict"):
        ask(
            question,
            model="stalls",
            choice=limits,
            progress=progress,
            clock=lambda: now,
        )

    assert ollama.hung_up.wait(PATIENCE_SECONDS)


def test_an_answer_that_is_no_longer_wanted_is_given_up(
    ollama: FakeOllama, tmp_path: Path
) -> None:
    task = Progress(tmp_path)

    def cancel_when_it_speaks(message: str) -> None:
        if message == "hi ":
            task.stop()

    with pytest.raises(Unwanted):
        llm_generate(
            "hi", HeardProgress(cancel_when_it_speaks, tmp_path), model="stalls"
        )

    assert ollama.hung_up.wait(PATIENCE_SECONDS)


def test_what_is_not_wanted_before_it_was_asked_for_is_never_asked(
    ollama: FakeOllama, tmp_path: Path
) -> None:
    task = Progress(tmp_path)

    def cancel_at_once(_: str) -> None:
        task.stop()

    with pytest.raises(Unwanted):
        llm_generate("hi", HeardProgress(cancel_at_once, tmp_path), model="stalls")

    assert ollama.asked == []


def test_the_environment_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OLLAMA_HOST", "LLM_MODEL", "EMBED_MODEL", "LLM_PULL"):
        monkeypatch.delenv(name, raising=False)
    first: Any = choice()
    monkeypatch.setenv("LLM_PULL", "true")

    assert (first.model, first.embed_model) == ("llama3.2", "nomic-embed-text")
    assert first.host == "http://127.0.0.1:11434"
    assert (first.pull, choice().pull) == (False, True)


def test_a_setting_that_is_no_number_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_SILENCE", "long")

    with pytest.raises(BadSetting, match="LLM_SILENCE='long' is not a number"):
        choice()
