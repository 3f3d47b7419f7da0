"""Pipelines that analyze faces, in a real engine: with known answers, and offline."""

import io
import json
from collections.abc import Iterator

import face_analyzer
import face_detection
import image_processing
import numpy as np
import pytest
from PIL import Image as pillow
from real_engine import ROOT, Ended, RealEngine, started_engine
from service_sdk import Image, Service

PHOTO = ROOT / "docs" / "pictures" / "astronaut.jpg"
TILES = ((512, (0, 0)), (384, (512, 0)), (256, (896, 0)))  # the photo in three sizes
WOMAN = {
    "age": 34.4,
    "gender": "Woman",
    "dominant_race": "white",
    "dominant_emotion": "happy",
}
BOY = {
    "age": 9,
    "gender": "Man",
    "dominant_race": "east asian",
    "dominant_emotion": "fear",
}

IS_WOMAN = {"field": "gender", "is": "Woman"}

answers: dict[str, dict[str, object]] = {}  # what the stub says, by size of the face
stub = Service("stub", summary="Says of a face what the test wants")


@stub.operation(route="face-analyze")
def face_analyze(image: Image) -> dict[str, object]:
    width = image.picture().width
    if width > 120:
        return answers["large"]
    if width > 85:
        return answers["middle"]
    return answers["small"]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealEngine]:
    """Real services, except for the analyzer: the stub takes its place."""
    apps = (face_detection.app, image_processing.app, stub.app)
    with (
        started_engine(tmp_path_factory.mktemp("stub")) as engine,
        engine.offering(*apps),
    ):
        yield engine


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealEngine]:
    """Real services, the analyzer with its default backend."""
    apps = (face_detection.app, image_processing.app, face_analyzer.app)
    folder = tmp_path_factory.mktemp("offline")
    with started_engine(folder) as engine, engine.offering(*apps):
        yield engine


@pytest.fixture(autouse=True)
def three_people() -> None:
    answers.update(large=WOMAN, middle=BOY, small={})


def sheet() -> Image:
    """A picture with a large, a middle and a small face, from left to right."""
    picture = pillow.new("RGB", (1152, 512), "grey")
    with pillow.open(PHOTO) as photo:
        for side, corner in TILES:
            picture.paste(photo.resize((side, side)), corner)
    return Image.of(picture)


def changed(before: Image, ended: Ended) -> list[bool]:
    """For each tile of the sheet, whether it was blurred."""
    pixels = [
        np.asarray(pillow.open(io.BytesIO(content)).convert("RGB")).astype(int)
        for content in (before.read(), ended.files("blurred"))
    ]
    differs = np.abs(pixels[0] - pixels[1]).max(axis=2) > 40
    return [bool(differs[y : y + side, x : x + side].any()) for side, (x, y) in TILES]


def publish_with(engine: RealEngine, **params: object) -> str:
    """blur-by-attribute under another route, with other params."""
    document = json.loads((ROOT / "pipelines/blur-by-attribute.json").read_text())
    document["params"] |= params
    document["nodes"][0]["api"]["route"] = "blur-others"
    engine.http.post("/services", json=document).raise_for_status()
    return "blur-others"


def test_every_person_gets_a_sentence(engine: RealEngine) -> None:
    ended = engine.run("describe-faces", image=sheet())

    assert ended.outputs["people"] == [
        "Person 1 is a woman of about 34, white, who looks happy.",
        "Person 2 is a man of about 9, east asian, who looks afraid.",
        "Person 3 could not be identified.",
    ]


def test_missing_fields_could_not_be_identified(engine: RealEngine) -> None:
    answers["large"] = {"gender": "Man"}
    answers["middle"] = {"age": 51, "dominant_emotion": "sad", "dominant_race": None}
    answers["small"] = {"eyes": [[1, 2]], "smile": False}

    ended = engine.run("describe-faces", image=sheet())

    assert ended.outputs["people"] == [
        "Person 1 is a man; age, race and emotion could not be identified.",
        "Person 2 is somebody of about 51, who looks sad; "
        "gender and race could not be identified.",
        "Person 3 could not be identified, but shows an eye.",
    ]


def test_a_picture_without_people_gives_no_sentence(engine: RealEngine) -> None:
    ended = engine.run("describe-faces", image=Image.of(pillow.new("RGB", (99, 99))))

    assert ended.outputs == {"people": []}


def test_the_faces_of_women_are_blurred_and_those_that_may_be_of_one(
    engine: RealEngine,
) -> None:
    picture = sheet()

    ended = engine.run("blur-women", image=picture)

    assert changed(picture, ended) == [True, False, True]
    assert [face["blur"] for face in ended.outputs["faces"]] == [True, False, None]
    assert ended.outputs["unknown"] == 1


@pytest.mark.parametrize(
    ("condition", "blurred"),
    [
        ({"field": "age", "below": 18}, [False, True, None]),
        ({"field": "age", "above": 9, "below": 40}, [True, False, None]),
        ({"field": "dominant_emotion", "not": "happy"}, [False, True, None]),
        ({"field": "lighting.side", "is": "left"}, [None, True, None]),
        ({"field": "age.years", "above": 1}, [None, None, None]),
    ],
)
def test_the_condition_of_the_params_chooses_the_faces(
    engine: RealEngine, condition: dict[str, object], blurred: list[bool | None]
) -> None:
    answers["middle"] = BOY | {"lighting": {"side": "left"}}
    picture = sheet()

    ended = engine.run(publish_with(engine, condition=condition), image=picture)

    assert [face["blur"] for face in ended.outputs["faces"]] == blurred
    assert changed(picture, ended) == [blur is not False for blur in blurred]
    assert ended.outputs["unknown"] == blurred.count(None)


def test_faces_that_cannot_be_judged_stay_sharp_where_that_is_wanted(
    engine: RealEngine,
) -> None:
    route = publish_with(engine, condition=IS_WOMAN, unknown="keep")
    picture = sheet()

    ended = engine.run(route, image=picture)

    assert changed(picture, ended) == [True, False, False]
    assert ended.outputs["unknown"] == 1


def test_faces_that_cannot_be_judged_are_a_failure_where_that_is_wanted(
    engine: RealEngine,
) -> None:
    route = publish_with(engine, condition=IS_WOMAN, unknown="fail")

    ended = engine.run(route, image=sheet())

    assert ended.outputs == {}
    assert "could not tell gender of 1 of 3 faces" in ended.status["message"]


def test_where_all_faces_are_judged_nothing_fails(engine: RealEngine) -> None:
    answers["small"] = BOY
    route = publish_with(engine, condition=IS_WOMAN, unknown="fail")
    picture = sheet()

    ended = engine.run(route, image=picture)

    assert changed(picture, ended) == [True, False, False]
    assert ended.outputs["unknown"] == 0


def test_another_word_for_unknown_is_an_error(engine: RealEngine) -> None:
    route = publish_with(engine, condition=IS_WOMAN, unknown="blurr")

    ended = engine.run(route, image=sheet())

    assert "the parameter unknown is blur, keep or fail" in ended.status["message"]


def test_a_condition_that_cannot_be_read_is_an_error(engine: RealEngine) -> None:
    route = publish_with(engine, condition={"field": "age", "beneath": 18})

    ended = engine.run(route, image=sheet())

    assert ended.status["status"] == "error"
    assert (
        "a condition has a field and is, not, above, below" in ended.status["message"]
    )


def test_blur_women_is_blur_by_attribute_with_another_condition() -> None:
    one, other = (
        json.loads((ROOT / f"pipelines/{route}.json").read_text())
        for route in ("blur-by-attribute", "blur-women")
    )

    for document in (one, other):
        del document["params"]["condition"], document["nodes"][0]["api"]
    assert one == other


def test_the_offline_analyzer_identifies_nobody_but_says_what_it_sees(
    offline: RealEngine,
) -> None:
    ended = offline.run("describe-faces", image=PHOTO)

    assert ended.outputs["people"] == [
        "Person 1 could not be identified, but shows both eyes and a smile."
    ]


def test_the_offline_analyzer_finds_a_smiling_face_to_blur(offline: RealEngine) -> None:
    ended = offline.run("blur-by-attribute", image=PHOTO)

    assert [face["blur"] for face in ended.outputs["faces"]] == [True]
    assert ended.files("blurred") != PHOTO.read_bytes()


def test_the_offline_analyzer_guesses_no_gender_so_every_face_is_blurred(
    offline: RealEngine,
) -> None:
    ended = offline.run("blur-women", image=PHOTO)

    assert [face["blur"] for face in ended.outputs["faces"]] == [None]
    assert ended.outputs["unknown"] == 1
    assert ended.files("blurred") != PHOTO.read_bytes()
