"""Code that asks for a key which is not there is told which keys there are."""

import pytest
from engine.domain.errors import CodeFailed
from sandbox.conftest import Run, Value

FOUND = {"image": 1, "areas": [1, 2]}

MISSING = [
    ("x = this.out['imge']", "no key 'imge' in this.out; there are 'image', 'areas'"),
    ("d = {}\nd['a'] = d\nx = d" + ".get('a')" * 170 + "['b']", "no key 'b' in …"),
    ("x = this.out.imge", "no key 'imge' in this.out; there are 'image', 'areas'"),
    ("x = node.out['q']['z']", "no key 'q' in node.out; there are 'image', 'areas'"),
    ("x = loop.this.out['q']", "no key 'q' in loop.this.out; there are 'image'"),
    ("node.out.pop('q')", "no key 'q' in node.out; there are 'image', 'areas'"),
    ("x = input['q']", "no key 'q' in input; there is only 'width'"),
    ("x = input.q", "no key 'q' in input; there is only 'width'"),
    ("x = node.params['q']", "no key 'q' in node.params, which is empty"),
    ("x = 'é' + node.out['imge']", "did you mean 'image'?"),
    ("x = [node.out[k]\n  for k in ['imge']]", "did you mean 'image'?"),
    ("found = node.out\nx = found['imge']", "line 2: no key 'imge' in found; did you"),
    ("x = node.out['areas'][7]", "node.out['areas'] has 2 items"),
    ("def f(k):\n  return node.out[k]\nf('q')", "line 2: no key 'q' in node.out"),
    ("raise KeyError('own words')", "line 1: KeyError: own words"),
    ("x = {}['q']", "line 1: no key 'q' in {}"),
]


@pytest.mark.parametrize("source, told", MISSING)
def test_a_missing_key_is_told_with_those_that_exist(
    run: Run, source: str, told: str
) -> None:
    with pytest.raises(CodeFailed) as failed:
        run(source, this={"out": FOUND, "input": {"width": 1}})

    assert told in str(failed.value)


def test_an_expression_tells_it_too(value: Value) -> None:
    with pytest.raises(CodeFailed, match="there are 'image', 'areas'"):
        value("node.out['imge'] > 1", this={"out": FOUND})


def test_of_many_keys_some_are_told(run: Run) -> None:
    many = {f"key{number}": 1 for number in range(1000)}

    with pytest.raises(CodeFailed) as failed:
        run("x = node.out['q']", this={"out": many})

    assert "'key19', …" in str(failed.value)
    assert len(str(failed.value)) < 500
