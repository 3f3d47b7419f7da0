"""What code can change, and what it cannot."""

import pytest
from engine.domain.errors import CodeFailed

SIZE = {"input": {"size": {"w": 4}}, "params": {"k": 1}, "out": {"n": [1]}}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("node.out['areas'] = [[1, 2]]", {"out": {"n": [1], "areas": [[1, 2]]}}),
        ("node.out = {'a': None}", {"out": {"a": None}}),
        ("node['out'] = {'a': 1.5}", {"out": {"a": 1.5}}),
        ("node.out.x = 1", {"out": {"n": [1], "x": 1}}),
        ("node.out['n'].append(2)", {"out": {"n": [1, 2]}}),
        ("node.out['n'] += [2, (3,)]", {"out": {"n": [1, 2, [3]]}}),
        ("node.out.pop('n')", {"out": {}}),
        ("node.out.clear()", {"out": {}}),
        ("node.out.update(node.params)", {"out": {"n": [1], "k": 1}}),
        ("node.out['n'][0] = 1.0", {"out": {"n": [1.0]}}),
        ("node.input.x = True", {"input": {"size": {"w": 4}, "x": True}}),
        ("input.x = 1", {"input": {"size": {"w": 4}, "x": 1}}),
        ("input['x'] = 1", {"input": {"size": {"w": 4}, "x": 1}}),
        ("setattr(node.input, 'x', 1)", {"input": {"size": {"w": 4}, "x": 1}}),
        ("node.input.size.h = 5", {"input": {"size": {"w": 4, "h": 5}}}),
        ("node.input.size['h'] = 5", {"input": {"size": {"w": 4, "h": 5}}}),
        ("input.size.w += 1", {"input": {"size": {"w": 5}}}),
        ("node.input = {}", {"input": {}}),
        ("input.pop('size')", {"input": {}}),
        ("node.params.k = 2", {"params": {"k": 2}}),
        ("this.params['k'] = '2'", {"params": {"k": "2"}}),
        ("loop.this.params.update({'j': 2})", {"params": {"k": 1, "j": 2}}),
        ("node.params.setdefault('j', []).append(1)", {"params": {"k": 1, "j": [1]}}),
        ("node.out = node.input", {"out": {"size": {"w": 4}}}),
        ("node.out['s'] = input.size", {"out": {"n": [1], "s": {"w": 4}}}),
        ("for node.params.k in [7, 8]: pass", {"params": {"k": 8}}),
        ("node.params.k, node.params.k2 = 2, 3", {"params": {"k": 2, "k2": 3}}),
    ],
)
def test_parts_of_a_node_are_changed(run, source: str, expected: object) -> None:
    (changed,) = run(source, this=SIZE).values()

    assert changed == expected
    assert repr(changed) == repr(expected)  # True is not 1, 1.0 is not 1


@pytest.mark.parametrize(
    "source",
    [
        "x = 1",
        "node.out['n'].append(2)\nnode.out['n'].pop()",
        "node.out = {'n': [1]}",
        "copy = list(node.out['n'])\ncopy.append(2)",
        "node.status = 'failed'\nnode.finished = False\nnode.mine = 1",
        "input = {}",
        "print(node.input.size.w)",
        "",
    ],
)
def test_what_ends_as_it_was_is_no_change(run, source: str) -> None:
    assert run(source, this=SIZE) == {}


def test_several_nodes_of_a_frame_change_at_once(run) -> None:
    changes = run("a.out['x'] = 1\nb-c.params.y = a.out['x']", a={}, b_c={})

    assert changes == {"a": {"out": {"x": 1}}, "b-c": {"params": {"y": 1}}}


def test_an_outer_node_can_only_be_read(run) -> None:
    outer = {"out": {"n": [1]}}

    assert run("node.out['n'] = outer1.out['n']", outer1=outer)
    with pytest.raises(CodeFailed, match="outer1.* is outside of this loop"):
        run("outer1.out['n'].append(2)", outer1=outer)


def test_data_that_nodes_share_are_changed_in_one_only(run) -> None:
    shared = {"n": [1]}

    changes = run("node.input.n.append(2)", this={"input": shared}, a={"out": shared})

    assert changes == {"this": {"input": {"n": [1, 2]}}}
    assert shared == {"n": [1]}


def test_an_expression_changes_nothing(value) -> None:
    data = {"n": [1, 2]}

    assert value("node.out['n'].pop()", this={"out": data}) == 2
    assert data == {"n": [1, 2]}


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("float('inf')", r"this.out\['x'\] is inf"),
        ("{1: 2}", r"this.out\['x'\] has the key 1, not a string"),
        ("{'a': {'b', 'c'}}", r"this.out\['x'\]\['a'\] is of type set"),
        ("[print]", r"this.out\['x'\]\[0\] is of type builtin_function"),
        ("type('Mine', (), {})()", r"this.out\['x'\] is of type Mine"),
        ("range(3)", "is of type range"),
        ("b''", "is of type bytes"),
        ("2 ** 64", "an integer needs more than 64 bits"),
        ("node.out", "nested too deeply"),
    ],
)
def test_a_result_that_is_not_json_says_where(run, result: str, expected: str) -> None:
    with pytest.raises(CodeFailed, match=expected):
        run(f"node.out['x'] = {result}")


@pytest.mark.parametrize("whole", ["5", "None", "[1]", "'text'"])
def test_a_part_stays_an_object(run, whole: str) -> None:
    with pytest.raises(CodeFailed, match="this.out must be an object"):
        run(f"node.out = {whole}")


def test_code_moves_blobs_along(run, photo) -> None:
    code = "node.out['b.png'] = photo.out['image']\nnode.out['all'] = [photo.out]"

    changes = run(code, photo={"out": {"image": photo}})

    assert changes["this"]["out"] == {"b.png": photo, "all": [{"image": photo}]}


def test_code_reads_what_a_blob_says_of_itself(value, photo) -> None:
    out = {"out": {"image": photo}}

    assert value("photo.out['image']['type']", photo=out) == "image/png"
    assert value("photo.out.image.type", photo=out) == "image/png"


@pytest.mark.parametrize(
    "code",
    [
        "node.out['x'] = {'$blob': 'other/secret', 'type': 'text/plain', 'size': 1}",
        "node.out['x'] = {'$blob': 'task/photo'}",
        "node.out['x'] = {'$blob': ['task/photo']}",
        "node.out['x'] = photo.out['image']\nnode.out['x']['size'] = 4",
        "node.out['x'] = photo.out['image'] | {'type': 'text/html'}",
        "node.out['x'] = [{'a': {'$blob': 'x', 'type': 'a/b', 'size': 1}}]",
        "photo.out['image']['name'] = '../../etc/passwd'",
    ],
)
def test_code_cannot_forge_or_alter_a_blob(run, photo, code: str) -> None:
    with pytest.raises(CodeFailed, match="blob"):
        run(code, photo={"out": {"image": photo}})
