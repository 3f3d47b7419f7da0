"""Lines of real pipelines run unchanged."""

import pytest

AREAS = """
borderw = int((node._loop[2] - node._loop[0]) / 5)
borderh = int((node._loop[3] - node._loop[1]) / 5)
node.out['areas'] = [[node._loop[0] - borderw, node._loop[1] - borderh,
                      node._loop[2] + borderw, node._loop[3] + borderh]]
"""
ZONES = """
zones = []
for analysis in loopFaces.out:
  if len(loopFaces.out[analysis]) > 0: zones.append(loopFaces.out[analysis])
node.out['zones'] = zones
"""
TEXT = """
texts = []
for k in loopFaces.out:
  analysis = loopFaces.out[k]
  texts.append('A {age} years old {gender}'.format(
    age=analysis['age'], gender=analysis['gender'].lower()))
node.out['text'] = ', '.join(texts)
"""


@pytest.mark.parametrize(
    ("format_done", "convert_done"), [(True, False), (False, True), (False, False)]
)
def test_a_node_waits_for_either_of_two(value, format_done, convert_done) -> None:
    ready = value(
        "checkFormat.finished or convert.finished",
        checkFormat={"finished": format_done},
        convert={"finished": convert_done},
    )

    assert ready is (format_done or convert_done)


@pytest.mark.parametrize(
    ("media_type", "expected"), [("image/png", True), ("image/jpeg", False)]
)
def test_a_branch_compares_a_field_of_the_input(value, media_type, expected) -> None:
    this = {"input": {"imgMime": media_type}}

    assert value("input.imgMime != 'image/jpeg'", this=this) is expected


@pytest.mark.parametrize(
    ("analysis", "expected"),
    [({"gender": "Woman"}, True), ({"gender": "Man"}, False), ({}, False)],
)
def test_a_branch_asks_for_a_key_before_it_reads_it(value, analysis, expected) -> None:
    line = "'gender' in input.analysis and input.analysis['gender'] == 'Woman'"

    assert value(line, this={"input": {"analysis": analysis}}) is expected


def test_an_area_grows_by_a_border(run) -> None:
    changes = run(AREAS, this={"_loop": [100, 50, 200, 150], "out": {"image": "x"}})

    assert changes == {"this": {"out": {"image": "x", "areas": [[80, 30, 220, 170]]}}}


def test_the_results_of_a_loop_are_filtered(run) -> None:
    changes = run(ZONES, loopFaces={"out": {"zone0": [1, 2], "zone1": {}}})

    assert changes == {"this": {"out": {"zones": [[1, 2]]}}}


def test_a_text_is_built_of_analyses(run) -> None:
    analyses = {"a0": {"age": 31, "gender": "Woman"}, "a1": {"age": 4, "gender": "Man"}}

    changes = run(TEXT, loopFaces={"out": analyses})

    text = "A 31 years old woman, A 4 years old man"
    assert changes == {"this": {"out": {"text": text}}}
