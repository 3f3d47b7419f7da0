"""What the engine and its pipelines rely on, over HTTP."""

import sys
from pathlib import Path

import pytest
from document import app
from papers import LETTER, page, pdf, text, word
from peak_memory import peak_megabytes
from real_engine import started_engine
from service_sdk import File
from service_sdk.testing import Kit


def test_the_operations_are_announced(kit: Kit) -> None:
    reads = kit.announcement("document-text")["api"]
    cuts = kit.announcement("document-split")["api"]

    assert reads["body"] == "document"
    assert {"application/pdf", "text/html", "text/plain"} < set(reads["bodyType"][0])
    assert set(reads["output"]) == {"text", "pages", "language", "title"}
    assert set(cuts["body"]) == {"pages", "text", "length", "overlap", "most"}


@pytest.mark.parametrize(
    "document", [pdf(LETTER), word(LETTER), page(f"<p>{LETTER}"), text(LETTER)]
)
def test_every_kind_of_document_gives_the_same(kit: Kit, document: File) -> None:
    reply = kit.call("document-text", document=document)

    assert reply.typed["text"].replace("\n", " ") == LETTER
    assert reply.typed["pages"] == [reply.typed["text"]]
    assert reply.typed["language"] == "en"
    assert reply.typed["title"] is None


def test_pages_become_passages(kit: Kit) -> None:
    pages = kit.call("document-text", document=pdf(LETTER, LETTER)).typed["pages"]

    reply = kit.call("document-split", pages=pages, length=60, overlap=0)

    numbers = [passage["page"] for passage in reply.typed["passages"]]
    assert numbers == [1, 1, 2, 2]


def test_a_wrong_document_is_named(kit: Kit) -> None:
    reply = kit.call("document-text", document=pdf(LETTER, password="secret"))

    assert reply.error == "document: is encrypted; send it without a password"


def test_a_picture_is_refused_by_its_type(kit: Kit) -> None:
    picture = File(b"\x89PNG", "image/png", "photo.png")

    answer = kit.http.post("/document-text", files={"document": ("a.png", b"\x89PNG")})
    reply = kit.call("document-text", document=picture)

    assert answer.status_code == 415
    assert reply.error and reply.error.startswith("document: image/png is not accepted")


def test_the_documentation_has_examples(kit: Kit) -> None:
    paths = kit.http.get("/openapi.json").json()["paths"]

    split = paths["/document-split"]["post"]["requestBody"]["content"]
    pages = split["application/json"]["schema"]["properties"]["pages"]
    assert pages["examples"] == [["Dear Ada, it works."]]


def test_requests_and_errors_are_counted(kit: Kit) -> None:
    kit.call("document-text", document=text(LETTER))
    kit.call("document-text", document=text(b""))

    figures = kit.http.get("/metrics").text

    assert 'service_requests_total{route="document-text"}' in figures
    assert 'service_errors_total{route="document-text"}' in figures
    assert 'service_seconds_count{route="document-text"}' in figures
    assert "service_queue_length 0.0" in figures


def test_it_works_in_a_real_engine(tmp_path: Path) -> None:
    with started_engine(tmp_path) as engine, engine.offering(app):
        ended = engine.run("document-text", document=pdf(LETTER, title="A letter"))
        cut = engine.run("document-split", text=LETTER, length=50)

    assert len(cut.outputs["passages"]) == 2
    assert ended.status["status"] == "finished"
    assert ended.outputs["text"].replace("\n", " ") == LETTER
    assert ended.outputs["title"] == "A letter"


@pytest.mark.skipif(sys.platform != "linux", reason="weighs by /proc")
def test_a_hundred_documents_that_wait_do_not_lie_in_memory(tmp_path: Path) -> None:
    large = word(*[LETTER * 10] * 1000)

    peak = peak_megabytes("document", "document-text", large, tmp_path / "log")

    # Usually 450, in three processes, two with the model of languages; the XML of all
    # is gigabytes.
    assert peak < 600
